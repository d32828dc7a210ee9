"""The database as rows that do not depend on it: every table as lines of JSON, all of one moment, and back again.

Tables and columns are those of the migrations that the database has, not of today's models: so a backup can be made
just before an upgrade, and an old one can be restored.
"""

import base64
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.migrations.loader import MigrationLoader

from backup.errors import BackupError

Migration = tuple[str, str]

# What is not worth keeping, or must not outlive its day. None of it is what someone wrote and saved.
LEFT_OUT = {
    "sessions.session": "whoever is logged in logs in again; a stolen backup opens no session",
    "feedback.dailysalt": "must be gone the day after, or senders could be told from their digests",
    "feedback.sender": "the throttle of one day",
    "editing.presence": "who has a form open this minute",
    "editing.preview": "unsaved forms that are looked at, gone within a week",
    "accounts.remembered": "how many tries to log in there were in the last quarter of an hour",
    "search.searchentry": "made from the pages by index_search",
    "search.indexstate": "made from the pages by index_search",
}
# Fields whose values JSON does not hold as such, or that a database wants in a form of its own.
CONVERTED = {
    "BinaryField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "DurationField",
    "GenericIPAddressField",
    "JSONField",
    "TimeField",
    "UUIDField",
}
LAST_NUMBER: dict[str, Callable[[str, str], tuple[str, list[str]]]] = {
    "sqlite": lambda table, column: ("SELECT seq FROM sqlite_sequence WHERE name = %s", [table]),
    "postgresql": lambda table, column: (
        "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)",
        [f'"{table}"', column],
    ),
}
BATCH = 2000


def applied_migrations(alias: str = DEFAULT_DB_ALIAS) -> list[Migration]:
    """The migrations that the database has. Raises BackupError where this version of the site does not know them."""
    loader = MigrationLoader(connections[alias])
    ours = [key for key in loader.applied_migrations if key[0] in loader.migrated_apps]
    refuse_unknown(loader, ours)
    if not ours:
        raise BackupError("There is nothing to back up: the database is empty. Is DATABASE_URL or DATA_DIR right?")
    return sorted(ours)


def refuse_unknown(loader: MigrationLoader, migrations: Iterable[Migration]) -> None:
    unknown = sorted(".".join(key) for key in migrations if key not in loader.graph.nodes)
    if unknown:
        raise BackupError(
            f"This is from a newer version of the site than the one installed, which does not know the migrations "
            f"{', '.join(unknown)}. Install that version first."
        )


def tables(migrations: list[Migration]) -> dict[str, type[models.Model]]:
    """The model of each table that is kept, as of these migrations, by label ("networks.network_focus_areas")."""
    loader = MigrationLoader(connection)
    refuse_unknown(loader, migrations)
    found = loader.project_state(migrations).apps.get_models(include_auto_created=True)
    kept = {model._meta.label_lower: model for model in found if model._meta.managed and not model._meta.proxy}
    return {label: kept[label] for label in sorted(kept.keys() - LEFT_OUT)}


def columns(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]


@contextmanager
def snapshot(folder: Path) -> Iterator[str]:
    """A database connection, by its alias, on which everything stays as it is now while the site goes on.

    PostgreSQL has transactions for that. On SQLite without a write-ahead log a long reader would hold up everyone who
    saves, so it is copied first (with its online backup, in one step) into the given folder.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield DEFAULT_DB_ALIAS
        return
    copy = folder / "snapshot.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)
    connections["snapshot"] = connections[DEFAULT_DB_ALIAS].copy("snapshot")
    connections["snapshot"].settings_dict["NAME"] = copy
    try:
        yield "snapshot"
    finally:
        connections["snapshot"].close()
        del connections["snapshot"]
        copy.unlink()


def plain(value: Any) -> str:
    """What JSON has no notation for, exactly: dates to the microsecond, bytes in base64."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else str(value)


def read(model: type[models.Model], alias: str) -> Iterator[list[Any]]:
    """The names of the table's columns, then every row, in the order of their keys."""
    names = [field.attname for field in columns(model)]
    yield names
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names)
    yield from map(list, rows.iterator(chunk_size=BATCH))


def to_line(row: list[Any]) -> bytes:
    return json.dumps(row, default=plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def to_column(field: models.Field, value: Any) -> Any:
    """A value from JSON as the database at hand takes it. What needs no conversion is not touched, so that no field's
    own cleaning changes what was stored."""
    kind: Any = field
    while kind.remote_field:
        kind = kind.target_field
    if value is None or kind.get_internal_type() not in CONVERTED:
        return value
    return kind.get_db_prep_save(kind.to_python(value), connection)


def load(model: type[models.Model], lines: Iterable[bytes]) -> None:
    """Put the rows into the table, and nothing else. Neither signals nor fields' own values of the day come in."""
    quote, rows = connection.ops.quote_name, map(json.loads, lines)
    names, fields = next(rows), {field.attname: field for field in columns(model)}
    if unknown := set(names) ^ set(fields):
        raise BackupError(f"The table {model._meta.label_lower} has other columns: {', '.join(sorted(unknown))}.")
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(str(fields[name].column)) for name in names)})"
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {quote(model._meta.db_table)}")  # noqa: S608  what migrations wrote
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(
                f"INSERT INTO {into} VALUES ({marks})",  # noqa: S608
                [[to_column(fields[name], value) for name, value in zip(names, row, strict=True)] for row in batch],
            )


def numbered(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField) and model._meta.pk in model._meta.local_fields


def last_numbers(kept: dict[str, type[models.Model]], alias: str) -> dict[str, int]:
    """The last key that each table has given out, be it that of a row deleted since.

    History and answers name what they are about by its key: a new page that got the key of a deleted one would get
    both.
    """
    numbers = {}
    with connections[alias].cursor() as cursor:
        for label, model in kept.items():
            if numbered(model):
                cursor.execute(*LAST_NUMBER[connection.vendor](model._meta.db_table, str(model._meta.pk.column)))
                given = cursor.fetchone() or [None]
                highest = model._base_manager.using(alias).aggregate(highest=models.Max("pk"))["highest"]
                numbers[label] = max(given[0] or 0, highest or 0)
    return numbers


def set_last_numbers(kept: dict[str, type[models.Model]], numbers: dict[str, int]) -> None:
    """Go on giving out keys where the backed up site was."""
    with connection.cursor() as cursor:
        for label, number in numbers.items():
            table, column = kept[label]._meta.db_table, str(kept[label]._meta.pk.column)
            if number and connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', column, number])
            elif number:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
