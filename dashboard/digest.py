"""The weekly letter: what readers answered about the pages that each contact answers for."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from contacts.models import Contact
from dashboard.letters import send
from dashboard.models import NightlyStep, SentLetter
from feedback.report import (
    CHARTED,
    Counts,
    PageReport,
    answers_since,
    counted,
    midnight,
    monday,
    reports,
    start_of,
    total,
)
from pages.registry import CATALOGUE
from publishing.templatetags.site import absolute


def contacts_of_pages() -> dict[str, Contact | None]:
    """Who answers for each page: its own contact, else the main one. One query for each kind of content."""
    main = Contact.objects.responsible_for(None)
    models: list[Any] = [kind.model for kind in CATALOGUE]
    return {item.key: item.contact or main for model in models for item in model.objects.select_related("contact")}


def answers_by_page(week: date) -> dict[str, Counts]:
    """How each page was answered in the week that began on a Monday."""
    answers = answers_since(week).filter(created_at__lt=midnight(week + timedelta(weeks=1)))
    return {page: counts for (page,), counts in counted(answers, "page").items()}


def letter(contact: Contact, week: date, counts: Counts, worst: list[PageReport]) -> EmailMessage:
    inbox = reverse("admin:feedback_answer_changelist")
    context = {
        "contact": contact,
        "week": week.isocalendar().week,
        "first": week,
        "last": week + timedelta(days=6),
        "counts": counts,
        "total": total(counts),
        "worst": [
            (report, absolute(f"{inbox}?{urlencode({'page': report.page, 'status': 'all'})}")) for report in worst
        ],
        "inbox": absolute(inbox),
        "report_url": absolute(reverse("admin:feedback_report")),
    }
    subject = _("Svar från läsarna vecka %(week)d: %(yes)d ja, %(no)d nej") % {
        "week": week.isocalendar().week,
        "yes": counts["yes"],
        "no": counts["no"],
    }
    return EmailMessage(subject, render_to_string("dashboard/digest.txt", context), to=[contact.email])


def letters(week: date) -> Iterator[tuple[date, Contact, EmailMessage]]:
    """A letter for each contact whose pages were answered in the week, with the three that need it most."""
    responsible = contacts_of_pages()
    by_contact: dict[Contact, dict[str, Counts]] = {}
    for page, counts in answers_by_page(week).items():
        contact = responsible.get(page)  # none answers for a page that is gone
        if contact and contact.email:
            by_contact.setdefault(contact, {})[page] = counts
    ranked = [report for report in reports(start_of(CHARTED)) if report.since["no"]]
    for contact, pages in by_contact.items():
        worst = [report for report in ranked if responsible.get(report.page) == contact][:3]
        yield week, contact, letter(contact, week, sum(pages.values(), Counter()), worst)


def weeks_to_report() -> list[date]:
    """The Mondays of last week and of those before it that ended since letters were last sent; at most eight."""
    last = monday(timezone.localdate()) - timedelta(weeks=1)
    step = NightlyStep.objects.filter(name="digest", succeeded_at__isnull=False).first()
    unreported = monday(timezone.localdate(step.succeeded_at)) if step else last
    first = max(min(last, unreported), last - timedelta(weeks=7))
    return [first + timedelta(weeks=week) for week in range((last - first).days // 7 + 1)]


def send_digests(dry_run: bool) -> str:
    """Write to every contact about each week, once. On Mondays, or as soon after as the nightly command runs."""
    waiting = (letter for week in weeks_to_report() for letter in letters(week))
    return send(SentLetter.Kind.ANSWERS, waiting, dry_run)
