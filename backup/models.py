from datetime import datetime

from django.db import models
from django.utils import timezone


class VerifiedBackup(models.Model):
    """A backup that has been read to its end and found whole."""

    name = models.CharField(max_length=100, unique=True)
    made_at = models.DateTimeField()
    verified_at = models.DateTimeField(default=timezone.now)
    change_marks = models.TextField(help_text="what they were when it was made (backup/service.py)")

    def __str__(self) -> str:
        return self.name


def last_verified() -> datetime | None:
    """When the newest verified backup was made; None where there is none."""
    return VerifiedBackup.objects.aggregate(latest=models.Max("made_at"))["latest"]
