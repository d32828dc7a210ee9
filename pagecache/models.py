from django.db import models


class ContentVersion(models.Model):
    """One row whose number rises in the transaction of every change to what readers see (pagecache/triggers.py)."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)


def current_number() -> int:
    """The number as the database has it now; 0 while nothing has ever been changed."""
    return ContentVersion.objects.values_list("number", flat=True).first() or 0
