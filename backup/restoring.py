"""Putting a backup into an empty place: all of it or nothing."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from backup import archive, rows
from backup.errors import BackupError
from backup.s3 import Kept
from backup.upgrading import whole_change


def refuse_unless_empty() -> None:
    if connection.introspection.table_names():
        raise BackupError(
            "The database holds tables already, and nothing is overwritten. Name an empty one in DATABASE_URL, or move "
            "the one that is there."
        )
    if name := next(archive.stored_files(), None):
        raise BackupError(
            f"The folder for pictures is not empty ({name}), and nothing is overwritten. Move what is there first."
        )


def restore(path: Path | Kept, key: Path | None) -> dict[str, Any]:
    """Restore a backup and return its manifest. Raises BackupError, with nothing written, where that cannot be done.

    The schema is made as it was, filled, and only then brought up to date as at any start.
    """
    with archive.opened(path, key) as file:
        manifest = archive.check(file)
        kept = rows.tables(manifest["migrations"])
        refuse_unless_empty()
        stored: list[str] = []
        try:
            with whole_change():
                migrate_to(manifest["migrations"])
                fill(file, manifest, kept)
                store(file, manifest, stored)
        except BaseException as error:
            for name in stored:
                default_storage.delete(name)
            if isinstance(error, Error):
                raise BackupError(f"The database refuses the backup, and nothing was restored: {error}") from error
            raise
    call_command("migrate", verbosity=0, interactive=False)
    call_command("index_search")
    return manifest


def migrate_to(migrations: list[rows.Migration]) -> None:
    """Make the schema of these migrations in an empty database."""
    executor, wanted = MigrationExecutor(connection), {*migrations}
    nodes = executor.loader.graph.node_map
    executor.migrate([key for key in migrations if not any(child.key in wanted for child in nodes[key].children)])


def fill(file: ZipFile, manifest: dict[str, Any], kept: dict[str, Any]) -> None:
    for label in manifest["tables"]:
        if label not in kept:
            raise BackupError(f"The backup has a table that this version of the site does not know: {label}.")
        with file.open(f"{archive.TABLES}{label}.jsonl") as lines:
            rows.load(kept[label], lines)
    rows.set_last_numbers(kept, manifest["last_numbers"])


def store(file: ZipFile, manifest: dict[str, Any], stored: list[str]) -> None:
    """Store every file under its own name, and note each before it is written."""
    for entry in manifest["files"]:
        if entry.startswith(archive.MEDIA):
            name = entry.removeprefix(archive.MEDIA)
            if name.startswith("/") or ".." in name.split("/"):
                raise BackupError(f"A file of the backup would lie outside the folder for pictures: {name}.")
            stored.append(name)
            with file.open(entry) as content:
                default_storage.save(name, content)
