"""The database as one file: a copy made by SQLite, or a dump made by pg_dump."""

import fcntl
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import Error, connection, transaction

from backup.errors import BackupError, reason

# The file's name in a backup, by the kind of database.
FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def left_out() -> list[str]:
    """The tables whose rows are in no backup."""
    return [apps.get_model(label)._meta.db_table for label in settings.BACKUP_LEFT_OUT]


def keep_private() -> None:
    """Let nobody else on the machine read the data folder and SQLite's file. A shared folder stays as it is."""
    paths = {settings.DATA_DIR: 0o700}
    if connection.vendor == "sqlite":
        paths[Path(connection.settings_dict["NAME"])] = 0o600
    for path, mode in paths.items():
        is_shared = len(path.parts) < 3 or (path.exists() and path.stat().st_mode & stat.S_ISVTX)
        if path.exists() and path.stat().st_uid == os.geteuid() and not is_shared:
            path.chmod(mode)


@contextmanager
def site_lock(name: str, number: int) -> Iterator[None]:
    """Wait until no other process of the site has this lock, on any machine that shares its PostgreSQL database.

    It belongs to the process and its connection: one that is killed gives it back.
    """
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / f".{name}.lock").open("w") as file, connection.cursor() as cursor:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def scratch(folder: Path) -> Iterator[str]:
    """The address of a new database of the site's kind, which is removed afterwards. SQLite's is in the folder."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    name = f"{connection.settings_dict['NAME']}_drill"
    said = os.environ.get("DATABASE_URL") or Path(os.environ["DATABASE_URL_FILE"]).read_text()
    with connection.cursor() as cursor:
        try:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except Error as error:
            raise BackupError(
                f"Databasen {name} kan inte skapas för övningen ({reason(error)}). Rollen behöver få skapa databaser"
                f" (ALTER ROLE … CREATEDB); finns den kvar efter en avbruten övning, ta bort den med dropdb."
            ) from None
        try:
            yield re.sub(r"^(\w+://[^/]*)/[^?]*", rf"\1/{name}", said.strip())
        finally:
            cursor.execute(f'DROP DATABASE "{name}"')


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a command of manage.py in another place, and return what it prints. Raises BackupError where it fails."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    environment = os.environ | {"DATABASE_URL_FILE": ""} | environment
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or "den avbröts"
        raise BackupError(re.sub(r"^\w+Error: ", "", said.splitlines()[-1]))
    return done.stdout.strip()


def refuse_unless_empty() -> None:
    if connection.introspection.table_names():
        raise BackupError(
            "Databasen har redan tabeller, och inget skrivs över. Ange en tom i DATABASE_URL, eller flytta den."
        )


def count_rows(cursor: Any, tables: Iterable[str]) -> dict[str, int]:
    rows = {}
    for table in tables:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
        (rows[table],) = cursor.fetchone()
    return rows


def dump(path: Path) -> dict[str, int]:
    """Write the database as it is at one moment, while the site goes on. Returns the rows of each table in it.

    Raises BackupError where that fails.
    """
    tables = set(connection.introspection.table_names())
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            # The rows are counted, and dumped by another process, as they were at this moment.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            excluded = [f"--exclude-table-data={table}" for table in left_out()]
            run("pg_dump", "--format=custom", f"--file={path}", f"--snapshot={cursor.fetchone()[0]}", *excluded)
            return count_rows(cursor, tables.difference(left_out()))
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        for table in tables.intersection(left_out()):
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608
        copy.commit()
        copy.execute("VACUUM")  # or the deleted rows could still be read from free pages
        return count_rows(copy.cursor(), tables)


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
            raise BackupError(f"SQLite vägrar säkerhetskopian, och inget är återställt: {reason(error)}.") from None


def run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the site's database. Raises BackupError with what it says."""
    from psycopg.conninfo import make_conninfo  # here, as it takes 9 MB of each worker on SQLite

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
        raise BackupError(f"{program} saknas. Installera paketet postgresql-client.") from None
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program} misslyckades: {' '.join(error.stderr.split())}") from None
