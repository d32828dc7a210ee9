import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from backup.archive import workplace
from backup.database import left_out, manage, refuse_unless_empty
from backup.errors import BackupError


class Command(BaseCommand):
    help = "Copies the SQLite database of a stopped site into the empty PostgreSQL database of DATABASE_URL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the SQLite database, such as var/db.sqlite3")

    def handle(self, *, file: Path, **options: Any) -> None:
        if connection.vendor != "postgresql" or not file.is_file():
            raise CommandError("Ange PostgreSQL-databasen i DATABASE_URL, och filen med SQLite-databasen.")
        refuse_unless_empty()
        old = {"DATABASE_URL": f"sqlite:///{file.resolve()}"}
        try:
            manage(old, "migrate", "--check")
        except BackupError as error:
            raise CommandError(f"{file} behöver uppdateras: starta webbplatsen med den en gång. {error}") from None
        call_command("migrate", verbosity=0, interactive=False)
        models = apps.get_models(include_auto_created=True)
        tables = sorted({model._meta.db_table for model in models if model._meta.managed}.difference(left_out()))
        with workplace() as work, closing(sqlite3.connect(file)) as source, transaction.atomic():
            rows = work / "rows.jsonl"
            excluded = [f"--exclude={label}" for label in settings.BACKUP_LEFT_OUT]
            manage(old, "dumpdata", "--all", "--format=jsonl", f"--output={rows}", *excluded)
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
                    raise CommandError(f"{table} hade {before} rader och har {after}. Gör en ny PostgreSQL-databas.")
        self.stdout.write(f"{len(tables)} tabeller är kopierade, med lika många rader som förut.")


def execute(statement: str, *parameters: Any) -> tuple[Any, ...] | None:
    """Run a statement; returns its first row, None where it has none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return tuple(cursor.fetchone()) if cursor.description else None
