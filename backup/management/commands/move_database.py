import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from backup.archive import workplace
from backup.database import left_out, refuse_unless_empty


class Command(BaseCommand):
    help = "Copies the SQLite database of a stopped site into the empty PostgreSQL database of DATABASE_URL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the SQLite database, such as var/db.sqlite3")

    def handle(self, *, file: Path, **options: Any) -> None:
        if connection.vendor != "postgresql" or not file.is_file():
            raise CommandError("Name the PostgreSQL database in DATABASE_URL, and the file of the SQLite database.")
        refuse_unless_empty()
        manage(file, "migrate", "--check")
        call_command("migrate", verbosity=0, interactive=False)
        models = apps.get_models(include_auto_created=True)
        tables = sorted({model._meta.db_table for model in models if model._meta.managed}.difference(left_out()))
        with workplace() as work, closing(sqlite3.connect(file)) as source, transaction.atomic():
            rows = work / "rows.jsonl"
            excluded = [f"--exclude={label}" for label in settings.BACKUP_LEFT_OUT]
            manage(file, "dumpdata", "--all", "--format=jsonl", f"--output={rows}", *excluded)
            for table in tables:  # what migrate has written, such as content types, may have other keys there
                execute(f'DELETE FROM "{table}"')  # noqa: S608
            call_command("loaddata", rows, verbosity=0)
            # Keys of deleted rows are not given out again: their history names them by key.
            for table, last in source.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0"):
                execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", f'"{table}"', last)
            for table in tables:
                question = f'SELECT count(*) FROM "{table}"'  # noqa: S608
                before, after = source.execute(question).fetchone(), execute(question)
                if before != after:
                    raise CommandError(f"{table} had {before} rows and has {after}. Make a new PostgreSQL database.")
        self.stdout.write(f"{len(tables)} tables are copied, and have as many rows as before.")


def manage(file: Path, *arguments: str) -> None:
    """Run a command of manage.py on the SQLite database."""
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{file.resolve()}", "DATABASE_URL_FILE": ""}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(
            f"{arguments[0]} on {file} failed; start the site with it once. {done.stderr or done.stdout}"
        )


def execute(statement: str, *parameters: Any) -> tuple[Any, ...] | None:
    """Run a statement; returns its first row, None where it has none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return tuple(cursor.fetchone()) if cursor.description else None
