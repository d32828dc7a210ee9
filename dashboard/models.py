from django.db import models
from django.utils import timezone

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
