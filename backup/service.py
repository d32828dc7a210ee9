"""Making, verifying and rotating backups."""

import re
import zipfile
from collections.abc import Callable, Iterable
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
from backup.places import Bucket, Folder, place

NAME = re.compile(r"molndal_intl-(\d{8}T\d{6}Z)\.zip(\.age)?")
# The newest backup of each of so many days, weeks (ISO 8601) and months that have one.
KEEP = {"%Y-%m-%d": 7, "%G-%V": 4, "%Y-%m": 12}
# Functions whose results change when something worth a backup is written. Other apps add theirs in AppConfig.ready().
CHANGE_MARKS: list[Callable[[], Any]] = []


def change_marks() -> str:
    return " ".join(str(mark()) for mark in CHANGE_MARKS)


def make(where: Folder | Bucket, key: Path | None) -> tuple[str, dict[str, Any]]:
    """Make a backup of the running site. Returns its address and its manifest; leaves nothing if it fails."""
    made_at = timezone.now()
    try:
        with archive.workplace() as work:
            file = work / f"molndal_intl-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
            manifest = archive.write(file, made_at)
            if key:
                encrypted = work / f"{file.name}.age"
                encryption.encrypt(file, encrypted, key)
                file = encrypted
            return where.keep(file), manifest
    except (OSError, pyrage.EncryptError, zipfile.LargeZipFile) as error:
        raise BackupError(f"No backup was made: {getattr(error, 'strerror', None) or error}.") from error


def verify(address: str, key: Path | None, marks: str = "") -> dict[str, Any]:
    """Read the backup to its end, note that it is whole, and return its manifest. Raises BackupError where it is not.

    The note goes into the site's database, if there is one: a backup can be verified before it is restored, too.
    """
    with archive.opened(address, key) as (_file, manifest):
        pass
    if VerifiedBackup._meta.db_table in connection.introspection.table_names():
        note = {"made_at": manifest["made_at"], "verified_at": timezone.now(), "change_marks": marks}
        VerifiedBackup.objects.update_or_create(name=Path(address).name, defaults=note)
    return manifest


def superfluous(names: Iterable[str]) -> list[str]:
    """Those of the backups that no day, week or month keeps. Other files are ignored."""
    moments = {
        name: datetime.strptime(match[1], "%Y%m%dT%H%M%S%z") for name in names if (match := NAME.fullmatch(name))
    }
    newest = sorted(moments, key=lambda name: moments[name], reverse=True)
    kept: set[str] = set()
    for period, number in KEEP.items():
        first = {f"{moments[name]:{period}}": name for name in reversed(newest)}
        kept.update(sorted(first.values(), key=newest.index)[:number])
    return [name for name in newest if name not in kept]


def rotate(where: Folder | Bucket) -> list[str]:
    """Remove the backups that are superfluous, and return their names."""
    names = superfluous(where.names())
    for name in names:
        where.remove(name)
    return names


def replace(where: Folder | Bucket, key: Path | None) -> str:
    """Make a backup, verify it, and only then remove those that it replaces. Returns what was done."""
    marks = change_marks()
    address, _manifest = make(where, key)
    manifest = verify(address, key, marks)
    removed = rotate(where)
    VerifiedBackup.objects.filter(name__in=removed).delete()
    name = Path(address).name
    return f"{name} is made and verified: {archive.described(manifest)}; {len(removed)} older ones removed"


def is_unchanged(where: Folder | Bucket) -> bool:
    """Whether nothing has been written since the newest backup that is still there."""
    latest = VerifiedBackup.objects.order_by("made_at").last()
    return bool(latest and latest.change_marks == change_marks() and latest.name in where.names())


def nightly(dry_run: bool) -> str:
    """The step of the nightly command."""
    if not settings.BACKUP_DIR:
        return "BACKUP_DIR is not set, so no backup is made"
    if dry_run:
        return f"a backup would be made in {place(settings.BACKUP_DIR)}"
    return replace(place(settings.BACKUP_DIR), settings.BACKUP_KEY_FILE)
