"""Making, verifying and rotating backups."""

import hashlib
import os
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.utils import timezone

from backup import archive, encryption
from backup.change_mark import change_mark
from backup.clock import wrong_clock
from backup.errors import BackupError, reason
from backup.media import missing_files
from backup.models import VerifiedBackup, last_verified, latest_now
from backup.places import Bucket, Folder, place

NAME = re.compile(r"molndal_intl-(\d{8}T\d{6}Z)(?:-[a-z]+)?\.zip(?:\.age)?")
# Made by hand or before an upgrade, and never removed.
BY_HAND, BEFORE_UPGRADE = "-manual", "-upgrade"
# The newest backup of each of so many hours, days, weeks (ISO 8601) and months that have one.
KEEP = {"%Y-%m-%dT%H": 24, "%Y-%m-%d": 7, "%G-%V": 4, "%Y-%m": 12}


def make(where: Folder | Bucket, kind: str = "") -> tuple[str, dict[str, Any]]:
    """Make a backup of the running site, read it through, encrypt it, and read what is kept of it again.

    Returns its address and its manifest; leaves nothing if it fails.
    """
    made_at = timezone.now()
    try:
        with archive.workplace() as work:
            file = work / f"molndal_intl-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}{kind}.zip"
            manifest = archive.write(file, made_at)
            with zipfile.ZipFile(file) as written:
                archive.check(written)
            if settings.BACKUP_RECIPIENT:
                file = encryption.encrypt(file)
            where.keep(file)
            (work / "kept").mkdir()
            if digest(where.fetch(file.name, work / "kept")) != digest(file):
                where.remove(file.name)
                raise BackupError(f"Ingen säkerhetskopia gjordes: {where} gav tillbaka något annat än det fick.")
            return os.path.join(str(where), file.name), manifest
    except (OSError, sqlite3.Error, pyrage.EncryptError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise BackupError(f"Ingen säkerhetskopia gjordes: {reason(error)}.") from error


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def moments(names: Iterable[str]) -> dict[str, datetime]:
    """When the backups among these files were made."""
    found = {name: NAME.fullmatch(name) for name in names}
    return {name: datetime.strptime(match[1], "%Y%m%dT%H%M%S%z") for name, match in found.items() if match}


def superfluous(made: Mapping[str, datetime]) -> list[str]:
    """The names of the backups that no hour, day, week or month keeps."""
    kept: set[str] = set()
    names = sorted(made, key=lambda name: made[name])
    for period, number in KEEP.items():
        newest = {f"{made[name]:{period}}": name for name in names}
        kept.update([*newest.values()][-number:])
    return [name for name in names if name not in kept]


def rotate(where: Folder | Bucket) -> list[str]:
    """Remove the backups of this database that are superfluous, and return their names.

    Another site's, as those of the site that this one is to replace, may lie in the same place. Those made by hand or
    before an upgrade are not noted, so they stay, as do those that are dated in the future.
    """
    ours = VerifiedBackup.objects.filter(name__in=where.names(), made_at__lte=latest_now())
    names = superfluous(dict(ours.values_list("name", "made_at")))
    for name in names:
        where.remove(name)
    return names


def replace(where: Folder | Bucket) -> str:
    """Make a backup, and then remove those that it replaces. Returns what was done.

    Raises BackupError where none of the earlier ones is there, as where a file system is not mounted; and, with the
    backup made and no other removed, where the clock may be wrong.
    """
    if VerifiedBackup.objects.exists() and not moments(where.names()):
        raise BackupError(
            f"Ingen säkerhetskopia gjordes: de tidigare saknas i {where}. Är lagringen monterad? Är platsen ny eller"
            " tömd, kör bin/molndal backup en gång för hand."
        )
    marks = change_mark()
    address, manifest = make(where)
    name = Path(address).name
    found = {"made_at": manifest["made_at"], "verified_at": timezone.now(), "change_marks": marks}
    VerifiedBackup.objects.update_or_create(name=name, defaults=found)
    refuse_missing(name)
    if problem := wrong_clock():
        raise BackupError(f"{name} är gjord och kontrollerad. {problem}")
    removed = rotate(where)
    VerifiedBackup.objects.exclude(name__in=where.names()).delete()
    return f"{name} är gjord och kontrollerad: {archive.described(manifest)}; {len(removed)} äldre är borttagna"


def refuse_missing(name: str) -> None:
    """Raises BackupError, though the backup is kept, where the site has lost pictures: an older one may have them."""
    if missing := missing_files():
        raise BackupError(f"{name} är gjord, men {len(missing)} bilder saknas: {', '.join(missing[:5])}.")


def is_unchanged(where: Folder | Bucket) -> bool:
    """Whether nothing has been written since the newest backup that is still there."""
    latest = last_verified()
    return bool(latest and latest.change_marks == change_mark() and latest.name in where.names())


def newest(where: Folder | Bucket) -> str:
    """The address of the last backup that is not dated in the future. Raises BackupError where there is none."""
    made = {name: moment for name, moment in moments(where.names()).items() if moment <= latest_now()}
    if not made:
        raise BackupError(f"Det finns ingen säkerhetskopia i {where}.")
    return os.path.join(str(where), max(made, key=lambda name: made[name]))


def nightly(dry_run: bool) -> str:
    """The step of the nightly command."""
    if not settings.BACKUP_DIR:
        return "BACKUP_DIR är inte satt, så ingen säkerhetskopia görs"
    if dry_run:
        return f"en säkerhetskopia skulle göras i {place(settings.BACKUP_DIR)}"
    return replace(place(settings.BACKUP_DIR))
