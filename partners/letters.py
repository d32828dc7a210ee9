"""The letter that asks a partner town to confirm its entry."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from partners.models import Confirmation

logger = logging.getLogger(__name__)


def letter(confirmation: Confirmation) -> EmailMessage:
    """The letter with the link, in the partner's language."""
    town = confirmation.town
    with translation.override(confirmation.language):
        subject = _("Stämmer det vi skriver om %(town)s?") % {"town": town.name}
        context = {"confirmation": confirmation, "town": town, "contact": town.responsible}
        text = render_to_string("partners/letter.txt", context)
    return EmailMessage(subject, text, to=[confirmation.email], headers={"Auto-Submitted": "auto-generated"})


def send(confirmation: Confirmation) -> bool:
    """Send the letter and note when. False where no mail server took it."""
    if not settings.EMAIL_HOST:
        return False
    try:
        letter(confirmation).send()
    except (SMTPException, OSError):
        logger.exception("The letter about confirmation %d was not sent", confirmation.pk)
        return False
    Confirmation.objects.filter(pk=confirmation.pk).update(sent_at=timezone.now(), email=confirmation.email)
    return True
