"""Export answers as CSV, as a spreadsheet, and as a document to disclose on request.

Answers are read a thousand at a time, each time with a query of its own: one that stays open for as long as a slow
download takes would keep SQLite from storing anybody's answer.
"""

import csv
from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.models import Answer
from publishing.city import names
from publishing.spreadsheets import without_formulas

CHUNK = 1000
BOM = "\ufeff"


def read(answers: QuerySet[Answer]) -> Iterator[Answer]:
    """Every answer, the latest first."""
    rest = answers.order_by("-pk")
    chunk = list(rest[:CHUNK])
    while chunk:
        yield from chunk
        chunk = list(rest.filter(pk__lt=chunk[-1].pk)[:CHUNK])


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


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_csv(answers: QuerySet[Answer]) -> Iterator[str]:
    """CSV as Excel opens it in Swedish: UTF-8 with a byte order mark, separated by semicolons, every cell quoted."""
    writer = csv.writer(Echo(), delimiter=";", quoting=csv.QUOTE_ALL)
    yield BOM
    yield writer.writerow(headings())
    for answer in read(answers):
        yield writer.writerow([without_formulas(str(value)) for value in record(answer)])


def as_spreadsheet(answers: QuerySet[Answer]) -> IO[bytes]:
    """An .xlsx file on disk. Texts are written as texts, so none can become a formula or a link."""
    from xlsxwriter import Workbook  # here, as it takes 4 MB of each worker

    file = TemporaryFile()  # noqa: SIM115 (FileResponse closes it)
    book = Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 10, 18)
    sheet.set_column(7, 7, 60)  # the comment
    sheet.write_row(0, 0, headings(), book.add_format({"bold": True}))
    for row, answer in enumerate(read(answers), start=1):
        for column, value in enumerate(record(answer)):
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, value)
            elif isinstance(value, int):
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, value, wrapped)
    book.close()
    file.seek(0)
    return file


def as_document(answers: QuerySet[Answer]) -> Iterator[str]:
    """The answers in plain text, for disclosure to someone who has asked for them (offentlighetsprincipen).

    Without the coordinator's notes: whether they are public is decided from case to case (TF 2 kap.).
    """
    yield _("Answers to the question “Did this information help you?” on the website %(site)s") % names() + "\n"
    yield _("Disclosed %s") % date_format(timezone.localdate()) + "\n"
    number = 0
    for answer in read(answers):
        number += 1
        yield "\n" + "\n".join(lines(answer)) + "\n"
    yield "\n" + _("Number of answers: %d") % number + "\n"


def lines(answer: Answer) -> list[str]:
    said = [
        (_("Time"), f"{local(answer.created_at):%Y-%m-%d %H:%M}"),
        (_("Page"), answer.page_title),
        (_("Language"), answer.get_language_display()),
        (_("Helped"), answer.get_helped_display()),
        (_("Reason"), answer.get_reason_display()),
        (_("Comment"), answer.comment),
        (_("The same comment from more readers"), str(answer.repeats or "")),
    ]
    return [f"{name}: {value}" for name, value in said if value]
