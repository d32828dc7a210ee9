"""Making a backup, keeping it in a folder, looking it through, and removing those that are no longer needed."""

import os
import re
import shutil
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.db import connection
from django.utils import timezone

from backup import archive, encryption
from backup.errors import BackupError
from backup.models import VerifiedBackup
from backup.s3 import Bucket, Kept, place

NAME = re.compile(r"molndal_intl-(\d{8}T\d{6}Z)\.zip(\.age)?")
# The newest backup of each of so many days, weeks (ISO 8601) and months that have one.
KEEP = {"%Y-%m-%d": 7, "%G-%V": 4, "%Y-%m": 12}


def make(to: Path | Bucket, key: Path | None) -> tuple[Path | Kept, dict[str, Any]]:
    """Make a backup of the running site, in a folder or a bucket. Returns where it is, and its manifest; leaves nothing
    if it fails.
    """
    made_at = timezone.now()
    try:
        with archive.workplace() as work:
            file = work / f"molndal_intl-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
            manifest = archive.write(file, made_at)
            if key:
                encryption.encrypt(file, work / f"{file.name}.age", key)
                file = work / f"{file.name}.age"
            return to.keep(file) if isinstance(to, Bucket) else keep(file, to), manifest
    except (OSError, pyrage.EncryptError, zipfile.LargeZipFile) as error:
        raise BackupError(f"No backup was made: {getattr(error, 'strerror', None) or error}.") from error


def keep(file: Path, folder: Path) -> Path:
    """Copy the file into the folder, for its owner only: whole, and on the disk before it has its name."""
    folder.mkdir(parents=True, exist_ok=True)
    part, target = folder / f"{file.name}.part", folder / file.name
    try:
        with file.open("rb") as source, open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy:
            shutil.copyfileobj(source, copy, archive.CHUNK)
            copy.flush()
            os.fsync(copy.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return target


def verify(path: Path | Kept, key: Path | None) -> dict[str, Any]:
    """Read the backup to its end, note that it is whole, and return its manifest. Raises BackupError where it is not.

    The note goes into the site's database, if there is one: a backup can be verified before it is restored, too.
    """
    with archive.opened(path, key) as file:
        manifest = archive.check(file)
    if VerifiedBackup._meta.db_table in connection.introspection.table_names():
        made_at = datetime.fromisoformat(manifest["made_at"])
        VerifiedBackup.objects.update_or_create(
            name=path.name, defaults={"made_at": made_at, "verified_at": timezone.now()}
        )
    return manifest


def superfluous(names: Iterable[str]) -> list[str]:
    """Those of the backups that no day, week or month is to be kept by. Other files are none of our business."""
    moments = {
        name: datetime.strptime(match[1], "%Y%m%dT%H%M%S%z") for name in names if (match := NAME.fullmatch(name))
    }
    newest = sorted(moments, key=lambda name: moments[name], reverse=True)
    kept: set[str] = set()
    for period, number in KEEP.items():
        first = {f"{moments[name]:{period}}": name for name in reversed(newest)}
        kept.update(sorted(first.values(), key=newest.index)[:number])
    return [name for name in newest if name not in kept]


def rotate(where: Path | Bucket) -> list[str]:
    """Remove the backups that are superfluous, and say which."""
    names = superfluous(where.names() if isinstance(where, Bucket) else os.listdir(where))
    for name in names:
        if isinstance(where, Bucket):
            where.remove(name)
        else:
            (where / name).unlink()
    return names


def nightly(dry_run: bool) -> str:
    """Make a backup, read it through again, and only then remove those that it makes superfluous."""
    if not settings.BACKUP_DIR:
        return "BACKUP_DIR is not set, so no backup is made"
    where = place(settings.BACKUP_DIR)
    if dry_run:
        return f"a backup would be made in {where}"
    path, _manifest = make(where, settings.BACKUP_KEY_FILE)
    manifest = verify(path, settings.BACKUP_KEY_FILE)
    return f"{path.name} is made and verified: {described(manifest)}; {len(rotate(where))} older ones removed"


def described(manifest: dict[str, Any]) -> str:
    """What is in a backup, in a line."""
    stored = sum(name.startswith(archive.MEDIA) for name in manifest["files"])
    line = f"{sum(manifest['tables'].values())} rows of {len(manifest['tables'])} tables, {stored} files"
    missing = manifest["missing"]
    return f"{line}; {len(missing)} pictures that pages show were not there: {', '.join(missing)}" if missing else line
