"""The database as one file: a copy made by SQLite, or a dump made by pg_dump."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from backup.errors import BackupError

# The file's name in a backup, by the kind of database.
FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def left_out() -> list[str]:
    """The tables whose rows are in no backup."""
    return [apps.get_model(label)._meta.db_table for label in settings.BACKUP_LEFT_OUT]


def refuse_unless_empty() -> None:
    if connection.introspection.table_names():
        raise BackupError(
            "The database holds tables already, and nothing is overwritten. Name an empty one in DATABASE_URL, or move "
            "the one that is there."
        )


def dump(path: Path) -> None:
    """Write the database as it is at one moment, while the site goes on. Raises BackupError where that fails."""
    if connection.vendor == "postgresql":
        excluded = [f"--exclude-table-data={table}" for table in left_out()]
        run("pg_dump", "--format=custom", f"--file={path}", *excluded)
        return
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in tables.intersection(left_out()):
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608
        copy.commit()
        copy.execute("VACUUM")  # or the deleted rows could still be read from free pages


def load(path: Path) -> None:
    """Load such a file into the empty database, all of it or nothing. Raises BackupError where that fails."""
    if connection.vendor == "postgresql":
        run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(path))
        return
    connection.close()
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(connection.settings_dict["NAME"])) as target:
        try:
            source.backup(target)
        except sqlite3.Error as error:
            raise BackupError(f"SQLite refuses the backup, and nothing was restored: {error}") from None


def run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the site's database. Raises BackupError with what it says."""
    at = connection.settings_dict
    names = {"dbname": at["NAME"], "user": at["USER"], "host": at["HOST"], "port": at["PORT"]} | at["OPTIONS"]
    address = make_conninfo(**{name: value for name, value in names.items() if value})
    try:
        subprocess.run(
            [program, f"--dbname={address}", "--no-password", *arguments],
            env=os.environ | ({"PGPASSWORD": at["PASSWORD"]} if at["PASSWORD"] else {}),
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError:
        raise BackupError(f"{program} is missing. Install the package postgresql-client.") from None
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program} failed: {error.stderr.strip()}") from None
