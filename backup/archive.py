"""A backup: one zip file with a manifest, the rows of every table and every stored file; encrypted if a key is given.

manifest.json            version of the site, migrations, rows per table, size and SHA-256 of every file
manifest.sha256          of the manifest itself, as sha256sum writes it
tables/LABEL.jsonl       the names of the columns, then a line for each row (backup/rows.py)
media/…                  pictures, as the site stores them
"""

import fcntl
import hashlib
import json
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, models
from django.utils import timezone

from backup import encryption, rows
from backup.errors import BackupError
from backup.s3 import Kept

FORMAT = 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
TABLES, MEDIA = "tables/", "media/"
CHUNK = 1 << 20


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for what is needed only while a backup is made or read. One does so at a time, others wait.

    It lies beside the data, where what it holds lies open anyway; what a killed run has left is removed.
    """
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / ".backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = settings.DATA_DIR / ".backup"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def version() -> str:
    """The commit that this site is of; "unknown" where it was not installed with git."""
    git = shutil.which("git") or "git"
    try:
        command = [git, "rev-parse", "HEAD"]
        return subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def stored_files(folder: str = "") -> Iterator[str]:
    """The names of all files in the storage."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in sorted(names))
    for name in sorted(folders):
        yield from stored_files(f"{folder}{name}/")


def chunks(file: Any) -> Iterator[bytes]:
    return iter(lambda: file.read(CHUNK), b"")


def add(file: zipfile.ZipFile, name: str, content: Iterable[bytes]) -> dict[str, Any]:
    """Write an entry as it comes, and tell its size and digest."""
    info = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if name.startswith(MEDIA) else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    digest, size = hashlib.sha256(), 0
    with file.open(info, "w", force_zip64=True) as entry:
        for chunk in content:
            entry.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return {"bytes": size, "sha256": digest.hexdigest()}


def write(path: Path, made_at: datetime) -> dict[str, Any]:
    """Write the backup of the site as it is now, and return its manifest.

    Rows first: a picture is stored before the row that shows it and removed only when no row does, so that all that
    these rows show is there. Of what is stored later, a half may be all there is yet, and no row shows it: it is left
    for the next time.
    """
    manifest: dict[str, Any] = {"format": FORMAT, "made_at": made_at.isoformat(), "version": version()}
    manifest |= {"database": connection.vendor, "tables": {}, "files": {}}
    shown: set[str] = set()

    def lines(model: type[models.Model], alias: str) -> Iterator[bytes]:
        pictures = [place for place, field in enumerate(rows.columns(model)) if isinstance(field, models.FileField)]
        for number, row in enumerate(rows.read(model, alias)):
            manifest["tables"][model._meta.label_lower] = number
            shown.update(row[place] for place in pictures if number and row[place])
            yield rows.to_line(row)

    with zipfile.ZipFile(path, "x") as file:
        with rows.snapshot(path.parent) as alias:
            manifest["migrations"] = rows.applied_migrations(alias)
            kept = rows.tables(manifest["migrations"])
            for label, model in kept.items():
                name = f"{TABLES}{label}.jsonl"
                manifest["files"][name] = add(file, name, lines(model, alias))
            manifest["last_numbers"] = rows.last_numbers(kept, alias)
        stored = {name for name in stored_files() if not name.endswith(".part")}  # left by a server that was killed
        for name in sorted(stored):
            with suppress(FileNotFoundError):  # deleted since, as nothing shows it (publishing/removal.py)
                if name in shown or default_storage.get_modified_time(name) <= made_at:
                    with default_storage.open(name) as content:
                        manifest["files"][MEDIA + name] = add(file, MEDIA + name, chunks(content))
        manifest["missing"] = sorted(shown - stored)
        text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
        add(file, MANIFEST, [text])
        add(file, SEAL, [f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode()])
    return manifest


@contextmanager
def opened(path: Path | Kept, key: Path | None) -> Iterator[zipfile.ZipFile]:
    """The backup, decrypted where it has to be. Raises BackupError where it is none, or cannot be opened or read."""
    try:
        with workplace() as work:
            if isinstance(path, Kept):
                path = path.fetch(work)
            if encryption.is_encrypted(path):
                encryption.decrypt(path, work / "backup.zip", key)
                path = work / "backup.zip"
            with zipfile.ZipFile(path) as file:
                yield file
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BackupError(f"The backup is damaged or cut off ({error}).") from None
    except OSError as error:
        raise BackupError(f"The backup cannot be read ({error.strerror or error}).") from None


def check(file: zipfile.ZipFile) -> dict[str, Any]:
    """Read all of the backup, compare it with its manifest, and return that. Raises BackupError at what differs."""
    try:
        text, seal = file.read(MANIFEST), file.read(SEAL).decode()
    except KeyError:
        raise BackupError("This is no backup of the site, or its end is missing: it has no manifest.") from None
    if hashlib.sha256(text).hexdigest() != seal.split()[0]:
        raise BackupError("The backup's manifest has been changed.")
    manifest: dict[str, Any] = json.loads(text)
    if manifest["format"] != FORMAT:
        raise BackupError(f"This backup is of format {manifest['format']}; this version of the site reads {FORMAT}.")
    manifest["migrations"] = [tuple(migration) for migration in manifest["migrations"]]
    names = file.namelist()
    if differing := sorted({*names} ^ {*manifest["files"], MANIFEST, SEAL}):
        raise BackupError(f"The backup lacks files, or has others than its manifest says: {', '.join(differing[:5])}.")
    for name, expected in manifest["files"].items():
        digest, number = hashlib.sha256(), -1
        with file.open(name) as entry:
            for chunk in chunks(entry):
                digest.update(chunk)
                number += chunk.count(b"\n")
        if digest.hexdigest() != expected["sha256"]:
            raise BackupError(f"{name} in the backup is not what was backed up.")
        if name.startswith(TABLES) and number != manifest["tables"][name.removeprefix(TABLES).removesuffix(".jsonl")]:
            raise BackupError(f"{name} in the backup has {number} rows, not as many as its manifest says.")
    return manifest
