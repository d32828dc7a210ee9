from django.db import connection, models


class ContentVersion(models.Model):
    """One row whose number rises in the transaction of every change to what readers see (pagecache/triggers.py)."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)


def current_number() -> int:
    """The number as the database has it now; 0 while nothing has ever been changed.

    In SQL, as building a query twice a second was most of what an idle worker did.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM pagecache_contentversion")
        row = cursor.fetchone()
    return row[0] if row else 0
