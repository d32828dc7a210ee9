"""Bringing the database up to date at a start: by one machine at a time, whole or not at all, backed up first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from backup.s3 import place
from backup.service import make, rotate, verify

# Names the lock among PostgreSQL's advisory locks; any number will do.
LOCK = 1_835_822_188


@contextmanager
def migration_lock() -> Iterator[None]:
    """Wait until no other machine prepares the same database. On SQLite there is one machine, which has its own lock.

    The lock goes with the connection: whoever is killed holds it no longer.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def whole_change() -> Iterator[None]:
    """A transaction for changes of the schema, which SQLite makes only with foreign keys unchecked until its end."""
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(durable=True):
            yield
            connection.check_constraints()
    finally:
        connection.enable_constraint_checking()


def upgrade(say: Callable[[str], None]) -> None:
    """Apply what is missing of the migrations, all in one transaction.

    Django records some migrations only after the transaction that made them, so that one who is killed in between could
    never start again. Raises BackupError, with nothing changed, where there is something to lose and it could not be
    backed up.
    """
    executor = MigrationExecutor(connection)
    if executor.loader.applied_migrations and executor.migration_plan(executor.loader.graph.leaf_nodes()):
        where = place(settings.BACKUP_DIR or settings.DATA_DIR / "backups")
        path, _manifest = make(where, settings.BACKUP_KEY_FILE)
        verify(path, settings.BACKUP_KEY_FILE)
        rotate(where)
        say(f"The database is about to be changed. Backed up before: {path}")
    with whole_change():
        call_command("migrate", verbosity=0, interactive=False)
