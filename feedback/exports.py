"""Export answers as CSV, as a spreadsheet, and as a document to disclose on request. The latest comes first."""

import csv
from datetime import datetime
from io import StringIO
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.models import Answer
from publishing.city import names
from publishing.spreadsheets import without_formulas, write_spreadsheet

BOM = "\ufeff"


def headings() -> list[str]:
    return [
        _("Time"), _("Page"), _("Key of the page"), _("Language"), _("Version of the page"), _("Helped"), _("Reason"),
        _("Comment"), _("Repetitions"), _("State"), _("Our note"),
    ]  # fmt: skip


def record(answer: Answer) -> list[Any]:
    """An answer's cells, times in Swedish time."""
    return [
        local(answer.created_at),
        answer.page_title,
        answer.page,
        answer.language,
        local(answer.revision),
        answer.get_helped_display(),
        answer.get_reason_display(),
        answer.comment,
        answer.repeats,
        answer.get_status_display(),
        answer.note,
    ]


def local(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0)


def as_csv(answers: QuerySet[Answer]) -> str:
    """CSV as Excel opens it in Swedish: UTF-8 with a byte order mark, separated by semicolons, every cell quoted."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(headings())
    for answer in answers.order_by("-pk").iterator():
        writer.writerow([without_formulas(str(value)) for value in record(answer)])
    return BOM + out.getvalue()


def as_spreadsheet(answers: QuerySet[Answer]) -> bytes:
    rows = chain([headings()], (record(answer) for answer in answers.order_by("-pk").iterator()))
    return write_spreadsheet(rows, [18] * 7 + [60] + [18] * 3)  # the comment is the longest


def as_document(answers: QuerySet[Answer]) -> str:
    """The answers in plain text, for disclosure to someone who has asked for them (offentlighetsprincipen).

    Without the coordinator's notes: whether they are public is decided from case to case (TF 2 kap.).
    """
    title = _("Answers to the question “Did this information help you?” on the website %(site)s") % names()
    told = [told_of(answer) for answer in answers.order_by("-pk").iterator()]
    number = _("Number of answers: %d") % len(told)
    return "\n".join([title, _("Disclosed %s") % date_format(timezone.localdate()), "", *told, number, ""])


def told_of(answer: Answer) -> str:
    said = [
        (_("Time"), f"{local(answer.created_at):%Y-%m-%d %H:%M}"),
        (_("Page"), answer.page_title),
        (_("Language"), answer.get_language_display()),
        (_("Helped"), answer.get_helped_display()),
        (_("Reason"), answer.get_reason_display()),
        (_("Comment"), answer.comment),
        (_("The same comment from more readers"), str(answer.repeats or "")),
    ]
    return "".join(f"{name}: {value}\n" for name, value in said if value)


# By the ending of the file: what writes it, and its type.
FILES = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_spreadsheet, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "txt": (as_document, "text/plain; charset=utf-8"),
}
