from datetime import datetime

from django.db import models
from django.utils import timezone


class VerifiedBackup(models.Model):
    """That a backup has been read from its place to the end and found whole."""

    name = models.CharField(max_length=100, unique=True)
    made_at = models.DateTimeField()
    verified_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


def last_verified() -> datetime | None:
    """When the newest backup that has been verified was made; None where there is none. The dashboard shows its age."""
    return VerifiedBackup.objects.aggregate(latest=models.Max("made_at"))["latest"]
