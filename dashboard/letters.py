"""Letters to contacts: each week about readers' answers, each month about pages that should be reviewed."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from smtplib import SMTPException
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.models import Statement
from contacts.models import Contact
from dashboard.cards import due_pages
from dashboard.models import NightlyStep, SentLetter
from editing.deletion import change_url
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
from pages.registry import REGISTRY
from publishing.templatetags.site import absolute

logger = logging.getLogger(__name__)
LISTED = 20  # pages to review in a letter; the rest are on the dashboard


class Letter(NamedTuple):
    """A letter about a week or a month, named by its first day."""

    period: date
    contact: Contact
    message: EmailMessage


def send(kind: SentLetter.Kind, letters: Iterable[Letter], dry_run: bool) -> str:
    """Send the letters that have not been sent yet, and return a line that says how many that were.

    One that fails stops no other; SMTPException is raised when all have been tried. A letter is noted when the mail
    server has taken it: cut off in between, it is sent twice rather than never.
    """
    if not settings.EMAIL_HOST:
        return _("EMAIL_HOST is not set, so no letters are sent.")
    sent = set(SentLetter.objects.filter(kind=kind).values_list("period", "contact_id"))
    unsent = [letter for letter in letters if (letter.period, letter.contact.pk) not in sent]
    if dry_run:
        return _("%d letters would be sent.") % len(unsent)
    failed = 0
    for period, contact, message in unsent:
        message.extra_headers["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office reply
        try:
            message.send()
        except (SMTPException, OSError):
            logger.exception("Brevet till kontakt %d gick inte iväg", contact.pk)
            failed += 1
        else:
            SentLetter.objects.create(contact=contact, kind=kind, period=period)
    if failed:
        raise SMTPException(f"{failed} av {len(unsent)} brev gick inte iväg")
    return ngettext("%d letter has been sent.", "%d letters have been sent.", len(unsent)) % len(unsent)


def by_contact(pages: Iterable[Any]) -> dict[Contact, list[Any]]:
    """The pages by the contact who answers for them: their own, else the main one; only contacts with an address."""
    main = Contact.objects.responsible_for(None)
    found: dict[Contact, list[Any]] = {}
    for page in pages:
        contact = page.contact or main
        if contact and contact.email:
            found.setdefault(contact, []).append(page)
    return found


# Every week: what readers answered


def send_digests(dry_run: bool) -> str:
    """Write to every contact about each week, once. On Mondays, or as soon after as the nightly command runs."""
    letters = (letter for week in weeks_to_report() for letter in digests(week))
    return send(SentLetter.Kind.ANSWERS, letters, dry_run)


def weeks_to_report() -> list[date]:
    """The Mondays of last week and of those before it that ended since letters were last sent; at most eight."""
    last = monday(timezone.localdate()) - timedelta(weeks=1)
    step = NightlyStep.objects.filter(name="veckobrev", succeeded_at__isnull=False).first()
    unreported = monday(timezone.localdate(step.succeeded_at)) if step else last
    first = max(min(last, unreported), last - timedelta(weeks=7))
    return [first + timedelta(weeks=week) for week in range((last - first).days // 7 + 1)]


def digests(week: date) -> Iterator[Letter]:
    """A letter for each contact whose pages were answered in the week, with the three pages that need it most."""
    models: list[Any] = [kind.model for kind in REGISTRY]
    pages = (page for model in models for page in model.objects.select_related("contact"))
    in_week = answers_since(week).filter(created_at__lt=midnight(week + timedelta(weeks=1)))
    counts = {page: counts for (page,), counts in counted(in_week, "page").items()}
    ranked = [report for report in reports(start_of(CHARTED)) if report.since["no"]]
    for contact, its_pages in by_contact(pages).items():
        keys = {page.key for page in its_pages}
        if answered := [counts[key] for key in keys & counts.keys()]:
            worst = [report for report in ranked if report.page in keys][:3]
            yield Letter(week, contact, digest(contact, week, sum(answered, Counter()), worst))


def digest(contact: Contact, week: date, counts: Counts, worst: list[PageReport]) -> EmailMessage:
    inbox = absolute(reverse("admin:feedback_answer_changelist"))
    context = {
        "contact": contact,
        "week": week.isocalendar().week,
        "first": week,
        "last": week + timedelta(days=6),
        "counts": counts,
        "total": total(counts),
        "worst": [(report, f"{inbox}?{urlencode({'page': report.page, 'status': 'all'})}") for report in worst],
        "inbox": inbox,
        "report_url": absolute(reverse("admin:feedback_report")),
    }
    numbers = {"week": context["week"], "yes": counts["yes"], "no": counts["no"]}
    subject = _("Answers from readers, week %(week)d: %(yes)d yes, %(no)d no") % numbers
    return EmailMessage(subject, render_to_string("dashboard/digest.txt", context), to=[contact.email])


# Every month: what should be reviewed


def send_reminders(dry_run: bool) -> str:
    """Write to every contact with pages that are due, once a month: on the first night on which there are any."""
    month = timezone.localdate().replace(day=1)
    letters = (Letter(month, contact, reminder(contact, pages)) for contact, pages in by_contact(due()).items())
    return send(SentLetter.Kind.REVIEW, letters, dry_run)


def due() -> list[Any]:
    """Every page that should be reviewed, the oldest first."""
    statements = [page for page in Statement.objects.published().select_related("contact") if page.is_due]
    return sorted(due_pages(REGISTRY)[0] + statements, key=lambda page: (page.last_reviewed, page.key))


def reminder(contact: Contact, pages: list[Any]) -> EmailMessage:
    context = {
        "contact": contact,
        "pages": [(page, absolute(change_url(page))) for page in pages[:LISTED]],
        "more": len(pages) - LISTED,
        "dashboard": absolute(reverse("admin:index")),
    }
    subject = ngettext("A page is due for review", "%(number)d pages are due for review", len(pages))
    text = render_to_string("dashboard/reminder.txt", context)
    return EmailMessage(subject % {"number": len(pages)}, text, to=[contact.email])
