"""Sending letters to contacts, each once."""

import logging
from collections.abc import Iterable
from datetime import date
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from contacts.models import Contact
from dashboard.models import SentLetter

logger = logging.getLogger(__name__)


def send(kind: SentLetter.Kind, letters: Iterable[tuple[date, Contact, EmailMessage]], dry_run: bool) -> str:
    """Send the letters of a kind, each about a period, that have not been sent yet, and say how many that were.

    One that fails stops no other, and fails the step when all have been tried. A letter is noted when the mail server
    has taken it: cut off in between, it is sent twice rather than never.
    """
    if not settings.EMAIL_HOST:
        return _("EMAIL_HOST är inte angiven, så inga brev skickas.")
    done = set(SentLetter.objects.filter(kind=kind).values_list("period", "contact_id"))
    waiting = [letter for letter in letters if (letter[0], letter[1].pk) not in done]
    if dry_run:
        return _("%d brev skulle skickas.") % len(waiting)
    failed = 0
    for period, contact, message in waiting:
        message.extra_headers["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office reply
        try:
            message.send()
        except (SMTPException, OSError):
            logger.exception("The letter to contact %d was not sent", contact.pk)
            failed += 1
        else:
            SentLetter.objects.create(contact=contact, kind=kind, period=period)
    if failed:
        raise SMTPException(f"{failed} of {len(waiting)} letters were not sent")
    return _("%d brev är skickade.") % len(waiting)
