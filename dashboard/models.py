from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact


class SentLetter(models.Model):
    """A letter that a contact has been sent about a week or a month, so that each is sent once."""

    class Kind(models.TextChoices):
        ANSWERS = "answers"
        REVIEW = "review"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    period = models.DateField(help_text="its first day")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "kind", "period"], name="dashboard_sentletter_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.contact} {self.period}"


class NightlyStep(models.Model):
    """When a step of the nightly command last succeeded; empty where it never has."""

    name = models.CharField(max_length=20, primary_key=True)
    succeeded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Note(models.Model):
    """Something that editors have to find out about an object. Readers never see it."""

    page = models.CharField(
        _("about"), max_length=60, help_text=_("The page that you want to remember something about.")
    )
    text = models.TextField(
        _("what needs to be found out"),
        max_length=2000,
        help_text=_("Write what is unclear and who may know. Only you who edit see it."),
    )
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("A web address, or the name of a document.")
    )
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    resolved_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, verbose_name=_("resolved by"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("to find out")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return Truncator(self.text).chars(60)

    def resolve(self, user: Any) -> None:
        """Mark it as resolved, by this user; once only."""
        if not self.resolved_at:
            self.resolved_at, self.resolved_by = timezone.now(), user
