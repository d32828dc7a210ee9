"""Restoring a backup into an empty place: all of it or nothing."""

import hashlib
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
        database.keep_private()
        if name := next(archive.stored_files(), None):
            raise BackupError(
                f"Mappen för bilder är inte tom ({name}), och inget skrivs över. Flytta det som finns där."
            )
        fill(file, manifest)
    compare(manifest)
    with schema_transaction():
        call_command("migrate", verbosity=0, interactive=False)
    return manifest


def refuse_what_does_not_fit(manifest: dict[str, Any]) -> None:
    if manifest["database"] != connection.vendor:
        raise BackupError(
            f"Det här är en säkerhetskopia av {manifest['database']}, och DATABASE_URL anger {connection.vendor}."
            " Återställ till samma slag; från SQLite flyttar move_database den sedan till PostgreSQL."
        )
    loader = MigrationLoader(connection)
    applied = {(app, name) for app, name in manifest["migrations"] if app in loader.migrated_apps}
    if unknown := sorted(".".join(migration) for migration in applied - {*loader.graph.nodes}):
        raise BackupError(
            f"Säkerhetskopian är av en nyare version ({manifest['version']}) än den installerade, som inte känner"
            f" migreringarna {', '.join(unknown)}. Installera den versionen först."
        )


def fill(file: ZipFile, manifest: dict[str, Any]) -> None:
    """Store every file under its own name, then load the database. Where that fails, the place is empty as before."""
    try:
        for entry in manifest["files"]:
            if entry.startswith(archive.MEDIA):
                with file.open(entry) as content:
                    default_storage.save(entry.removeprefix(archive.MEDIA), content)
        extracted = file.extract(database.FILES[connection.vendor], settings.DATA_DIR / archive.WORK)
        database.load(Path(extracted))
    except BaseException as error:
        for name in [*archive.stored_files()]:
            default_storage.delete(name)
        if isinstance(error, SuspiciousFileOperation):
            raise BackupError(f"En fil i säkerhetskopian skulle hamna utanför mappen för bilder: {error}") from None
        raise


def compare(manifest: dict[str, Any]) -> None:
    """Compare what has been restored with what was backed up. Raises BackupError where they differ."""
    counted = manifest.get("rows", {})  # backups of 1.0.0 do not say
    with connection.cursor() as cursor:
        found: dict[str, Any] = database.count_rows(cursor, counted)
    expected: dict[str, Any] = counted.copy()
    for entry, digest in manifest["files"].items():
        if entry.startswith(archive.MEDIA):
            with default_storage.open(entry.removeprefix(archive.MEDIA)) as content:
                found[entry] = hashlib.file_digest(content, "sha256").hexdigest()
            expected[entry] = digest
    if differing := [name for name in expected if found[name] != expected[name]]:
        raise BackupError(
            f"Det som är återställt är inte det som kopierades, använd det inte: {', '.join(differing[:5])}."
        )
