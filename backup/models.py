from datetime import datetime, timedelta

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


class LastRun(models.Model):
    """When something was last done: what runs by the clock (backup/clock.py), or a restore drill."""

    CLOCK, DRILL, BACKUP = "clock", "drill", "backup"

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


def note_run(name: str) -> None:
    LastRun.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def last_run(name: str) -> datetime | None:
    return LastRun.objects.filter(name=name).values_list("at", flat=True).first()


def latest_now() -> datetime:
    """What is dated later is of the future, and not only of a clock that differs a little."""
    return timezone.now() + timedelta(minutes=5)


def last_verified() -> VerifiedBackup | None:
    """The newest verified backup; None where there is none. One that is dated in the future is not it."""
    return VerifiedBackup.objects.filter(made_at__lte=latest_now()).order_by("made_at").last()


class MediaFolder(models.Model):
    """The folder of pictures that goes with this database (backup/media.py)."""

    key = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.key
