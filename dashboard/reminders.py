"""The monthly letter: which pages each contact should look through, as nobody has vouched for them in a year."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accessibility.models import Statement
from contacts.models import Contact
from dashboard.cards import form_url
from dashboard.letters import send
from dashboard.models import SentLetter
from pages.registry import CATALOGUE
from publishing.templatetags.site import absolute

# As many are listed; the rest are on the dashboard.
LISTED = 20


def due_pages() -> list[Any]:
    """Every page that somebody should look through, the oldest first. The statement has a rule of its own, by law."""
    models: list[Any] = [kind.model for kind in CATALOGUE if kind.model is not Statement]
    due = [item for model in models for item in model.objects.due_for_review().select_related("contact")]
    due += [item for item in Statement.objects.published().select_related("contact") if item.is_due]
    return sorted(due, key=lambda item: (item.last_reviewed, item.key))


def letter(contact: Contact, pages: list[Any]) -> EmailMessage:
    context = {
        "contact": contact,
        "pages": [(page, absolute(form_url(type(page), page.pk))) for page in pages[:LISTED]],
        "more": len(pages) - LISTED,
        "dashboard": absolute(reverse("admin:index")),
    }
    subject = ngettext("Dags att granska en sida", "Dags att granska %(number)d sidor", len(pages))
    text = render_to_string("dashboard/reminder.txt", context)
    return EmailMessage(subject % {"number": len(pages)}, text, to=[contact.email])


def letters(month: date) -> Iterator[tuple[date, Contact, EmailMessage]]:
    """A letter for each contact that answers for a page that is due; the main one answers for those without."""
    main = Contact.objects.responsible_for(None)
    by_contact: dict[Contact, list[Any]] = {}
    for page in due_pages():
        contact = page.contact or main
        if contact and contact.email:
            by_contact.setdefault(contact, []).append(page)
    for contact, pages in by_contact.items():
        yield month, contact, letter(contact, pages)


def send_reminders(dry_run: bool) -> str:
    """Write to every contact with pages that are due, once a month: on the first night on which there are any."""
    return send(SentLetter.Kind.REVIEW, letters(timezone.localdate().replace(day=1)), dry_run)
