"""Confirmations by partner towns, and the corrections they propose."""

import secrets
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import models
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from editing.differences import Difference, word_pieces
from partners.entries import Entry, entries
from publishing.city import names
from publishing.templatetags.site import absolute
from twinning.models import Town

VALID_FOR = timedelta(days=60)


def new_key() -> str:
    return secrets.token_urlsafe(32)


def last_day() -> datetime:
    return timezone.now() + VALID_FOR


class Confirmation(models.Model):
    """A link for a partner town to confirm or correct its entry, with the answer."""

    town = models.ForeignKey(Town, verbose_name=_("town"), on_delete=models.CASCADE, related_name="confirmations")
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        help_text=_("The partner reads the page and the letter in this language, and corrects the texts in it."),
    )
    key = models.CharField(max_length=60, unique=True, default=new_key, editable=False)
    email = models.EmailField(_("the partner’s email address"), blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"), default=last_day, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered on"), null=True, editable=False)
    name = models.CharField(_("name"), max_length=100, blank=True)
    role = models.CharField(_("title"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("confirmation from a partner")
        verbose_name_plural = _("confirmations from partners")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        """Leave out personal data: the admin log stores this text."""
        return f"{self.town} {timezone.localtime(self.created_at):%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether the link can be answered now. False if the town is not public."""
        is_valid = not self.answered_at and not self.revoked_at and self.expires_at > timezone.now()
        return is_valid and self.town.is_published

    @property
    def address(self) -> str:
        """The link, in the partner's language."""
        with translation.override(self.language):
            return absolute(reverse("confirm", args=[self.key]))

    def letter(self) -> EmailMessage:
        """The letter with the link, in the partner's language. The first line of its text is the subject."""
        with translation.override(self.language):
            context = {"confirmation": self, "town": self.town, "contact": self.town.responsible, "our": names()}
            subject, text = render_to_string("partners/letter.txt", context).split("\n", 1)
        return EmailMessage(subject, text.lstrip(), to=[self.email], headers={"Auto-Submitted": "auto-generated"})

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """What the site says about the town now, in the partner's language."""
        return entries(self.town, self.language)

    @property
    @admin.display(description=_("state"))
    def state(self) -> str:
        """Return the state in words."""
        states = [suggestion.state for suggestion in self.suggestions.all()]
        if waiting := states.count(Suggestion.State.WAITING):
            return ngettext("%d proposal is waiting for you", "%d proposals are waiting for you", waiting) % waiting
        if declined := states.count(Suggestion.State.DECLINED):
            return gettext("finished, declined proposals: %d") % declined
        if self.answered_at:
            return gettext("confirmed")
        if self.revoked_at:
            return gettext("revoked")
        return gettext("waiting for an answer") if self.is_open else gettext("the link has expired")


class Suggestion(models.Model):
    """A correction that a partner proposes. It changes nothing until the coordinator accepts it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    confirmation = models.ForeignKey(Confirmation, on_delete=models.CASCADE, related_name="suggestions")
    field = models.CharField(max_length=40, help_text="what it is about: a field of the town or agreement-<key>")
    before = models.TextField(blank=True, help_text="the text that the partner saw")
    proposed = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.confirmation}: {self.field}"

    @cached_property
    def entry(self) -> Entry:
        """What the site says now."""
        return self.confirmation.entries.get(self.field) or Entry(gettext("This is no longer on the page"))

    @property
    def differences(self) -> list[Difference]:
        """The proposal against what the site says now."""
        legend = gettext("Struck through is on the page now, underlined is what the partner wants:")
        return [Difference(legend, word_pieces(self.entry.text, self.proposed))]


def confirmed_by(page: Any) -> dict[str, list[Any]]:
    """When a town last confirmed its entry, without personal data (`publishing.views.ADDITIONS`).

    It has not while a correction waits, nor if one was declined.
    """
    if not isinstance(page, Town):
        return {}
    unsettled = [Suggestion.State.WAITING, Suggestion.State.DECLINED]
    answered = page.confirmations.filter(answered_at__isnull=False).exclude(suggestions__state__in=unsettled)
    latest = answered.order_by("-answered_at").annotate(updated_at=F("answered_at"))
    return {"confirmed_by": list(latest.values_list("updated_at", named=True)[:1])}
