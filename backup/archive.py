"""A backup: one zip file with the database, every stored file and a manifest; encrypted if a key is given.

manifest.json                          version, database, migrations, rows of each table, SHA-256 of every other entry
database.sqlite3 or database.dump      the database (backup/database.py)
media/…                                pictures, as the site stores them
"""

import fcntl
import hashlib
import json
import shutil
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from backup import database, encryption, places
from backup.errors import BackupError, reason

FORMAT = 2
MANIFEST = "manifest.json"
MEDIA = "media/"
WORK = ".backup"
CHUNK = 1 << 20


@contextmanager
def workplace(name: str = WORK, lock_mode: int = fcntl.LOCK_EX) -> Iterator[Path]:
    """A folder for what is needed only while a package is made or read. One process uses it at a time, others wait.

    It is in DATA_DIR, where the same data is readable anyway; what a killed process has left is removed.
    Raises BlockingIOError where another process uses it and `lock_mode` says not to wait.
    """
    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.DATA_DIR / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, lock_mode)
        folder = settings.DATA_DIR / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@cache
def version() -> str:
    """The version of this process, also after its files have been changed by an update."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def stored_files(folder: str = "") -> Iterator[str]:
    """The names of all files in the storage."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in sorted(names))
    for name in sorted(folders):
        yield from stored_files(f"{folder}{name}/")


def add(file: zipfile.ZipFile, name: str, source: IO[bytes]) -> str:
    """Write an entry and return its SHA-256."""
    info, digest = zipfile.ZipInfo(name), hashlib.sha256()
    if not name.startswith(MEDIA):  # pictures are compressed already
        info.compress_type = zipfile.ZIP_DEFLATED
    with file.open(info, "w", force_zip64=True) as entry:
        while chunk := source.read(CHUNK):
            entry.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()


def write(path: Path, made_at: datetime) -> dict[str, Any]:
    """Write the backup of the site as it is now, and return its manifest.

    The database comes first: a picture is stored before the row that shows it, and removed only when no row does.
    """
    applied = sorted(MigrationLoader(connection).applied_migrations)
    if not applied:
        raise BackupError("Det finns inget att kopiera: databasen är tom. Stämmer DATABASE_URL och DATA_DIR?")
    manifest: dict[str, Any] = {"format": FORMAT, "made_at": made_at.isoformat(), "version": version()}
    manifest |= {"database": connection.vendor, "migrations": applied, "files": {}}
    dumped = path.parent / database.FILES[connection.vendor]
    manifest["rows"] = database.dump(dumped)
    with zipfile.ZipFile(path, "x") as file:
        with dumped.open("rb") as source:
            manifest["files"][dumped.name] = add(file, dumped.name, source)
        for name in stored_files():
            if not name.endswith(".part"):  # left by a server that was killed
                with suppress(FileNotFoundError), default_storage.open(name) as source:  # deleted meanwhile
                    manifest["files"][MEDIA + name] = add(file, MEDIA + name, source)
        file.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    dumped.unlink()
    return manifest


@contextmanager
def opened(address: str, key: Path | None) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """A backup that has been read to its end, and its manifest. Raises BackupError where it is not whole."""
    where, name = places.split(address)
    try:
        with workplace() as work:
            path = where.fetch(name, work)
            if encryption.is_encrypted(path):
                encryption.decrypt(path, work / "backup.zip", key)
                path = work / "backup.zip"
            with zipfile.ZipFile(path) as file:
                yield file, check(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BackupError(f"Säkerhetskopian är skadad eller avklippt ({reason(error)}).") from None
    except OSError as error:
        raise BackupError(f"Säkerhetskopian går inte att läsa eller packa upp ({reason(error)}).") from None


def check(file: zipfile.ZipFile) -> dict[str, Any]:
    """Compare every entry with the manifest, and return that. Raises BackupError where they differ."""
    if MANIFEST not in file.namelist():
        raise BackupError("Det här är ingen säkerhetskopia av webbplatsen, eller så saknas dess slut med manifestet.")
    manifest: dict[str, Any] = json.loads(file.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise BackupError(f"Säkerhetskopian har format {manifest['format']}; den här versionen läser {FORMAT}.")
    if differing := {*file.namelist()} ^ {MANIFEST, *manifest["files"]}:
        some = ", ".join(sorted(differing)[:5])
        raise BackupError(f"Säkerhetskopian saknar filer, eller har andra än manifestet säger: {some}.")
    for name, expected in manifest["files"].items():
        with file.open(name) as entry:
            digest = hashlib.file_digest(entry, "sha256")  # type: ignore[arg-type]
        if digest.hexdigest() != expected:
            raise BackupError(f"{name} i säkerhetskopian är inte det som kopierades.")
    return manifest


def described(manifest: dict[str, Any]) -> str:
    """What is in a backup, in a line."""
    stored = sum(name.startswith(MEDIA) for name in manifest["files"])
    return f"en {manifest['database']}-databas av version {manifest['version']} och {stored} filer"
