"""Upgrading the database at a start: by one machine at a time, all of it or nothing, backed up first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from backup.places import place
from backup.service import BEFORE_UPGRADE, make

# Names the lock of a start among PostgreSQL's advisory locks; any number will do.
LOCK = 1_835_822_188


@contextmanager
def schema_transaction() -> Iterator[None]:
    """A transaction for schema changes, which SQLite makes only while foreign keys are not checked."""
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(durable=True):
            yield
            connection.check_constraints()
    finally:
        connection.enable_constraint_checking()


def has_unapplied_migrations() -> bool:
    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except SystemExit:
        return True
    return False


def upgrade(say: Callable[[str], None]) -> None:
    """Apply the migrations that are missing, all in one transaction.

    Django records some migrations only after the transaction that made them: a process killed in between could never
    start again. Raises BackupError, with nothing changed, where there is something to lose and it could not be backed
    up.
    """
    if connection.introspection.table_names() and has_unapplied_migrations():
        where = place(settings.BACKUP_DIR or str(settings.DATA_DIR / "backups"))
        address, _manifest = make(where, BEFORE_UPGRADE)  # not noted, as that table may be of an older version
        say(f"Databasen ska ändras. Säkerhetskopia från före ändringen: {address}")
    with schema_transaction():
        call_command("migrate", verbosity=0, interactive=False)
