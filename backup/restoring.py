"""Restoring a backup into an empty place: all of it or nothing."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from backup import archive, database
from backup.errors import BackupError
from backup.upgrading import schema_transaction


def restore(address: str, key: Path | None) -> dict[str, Any]:
    """Restore a backup, bring it up to date, and return its manifest. Raises BackupError, with nothing written, where
    that cannot be done.
    """
    with archive.opened(address, key) as (file, manifest):
        refuse_what_does_not_fit(manifest)
        database.refuse_unless_empty()
        if name := next(archive.stored_files(), None):
            raise BackupError(
                f"The folder for pictures is not empty ({name}), and nothing is overwritten. Move what is there first."
            )
        fill(file, manifest)
    with schema_transaction():
        call_command("migrate", verbosity=0, interactive=False)
    return manifest


def refuse_what_does_not_fit(manifest: dict[str, Any]) -> None:
    if manifest["database"] != connection.vendor:
        raise BackupError(
            f"This is a backup of {manifest['database']}, and DATABASE_URL names {connection.vendor}. Restore it to"
            " its own kind; from SQLite, move_database takes it to PostgreSQL then."
        )
    loader = MigrationLoader(connection)
    applied = {(app, name) for app, name in manifest["migrations"] if app in loader.migrated_apps}
    if unknown := sorted(".".join(migration) for migration in applied - {*loader.graph.nodes}):
        raise BackupError(
            f"This is from a newer version of the site ({manifest['version']}) than the one installed, which does not"
            f" know the migrations {', '.join(unknown)}. Install that version first."
        )


def fill(file: ZipFile, manifest: dict[str, Any]) -> None:
    """Store every file under its own name, then load the database."""
    stored: list[str] = []
    try:
        for entry in manifest["files"]:
            if entry.startswith(archive.MEDIA):
                with file.open(entry) as content:
                    stored.append(default_storage.save(entry.removeprefix(archive.MEDIA), content))
        extracted = file.extract(database.FILES[connection.vendor], settings.DATA_DIR / archive.WORK)
        database.load(Path(extracted))
    except BaseException as error:
        for name in stored:
            default_storage.delete(name)
        if isinstance(error, SuspiciousFileOperation):
            raise BackupError(f"A file of the backup would lie outside the folder for pictures: {error}") from None
        raise
