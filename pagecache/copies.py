"""Copies of finished pages on disk, for when the database is gone and the worker has been restarted.

Read only then: a page that the database can still answer for is never taken from here. One folder for each release, as
another one's pages would name style sheets and scripts that are no more, and carry notes signed with another key.
"""

import fcntl
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.utils.crypto import salted_hmac

from pagecache.page import Page, from_bytes, path_of

logger = logging.getLogger(__name__)

MOST = 2000  # of some 10 kB each
SOURCES = ("templates", "static", "styles", "locale", "requirements.txt")


def release() -> str:
    """Names what pages are made by: our code, templates, styles and texts, the packages, the key and the addresses."""
    rooms = [path.parent for path in settings.BASE_DIR.glob("*/__init__.py")]
    places = [*rooms, *(settings.BASE_DIR / name for name in SOURCES)]
    files = {file for place in places for file in ([place] if place.is_file() else place.rglob("*")) if file.is_file()}
    digest = hashlib.sha256(f"{settings.SITE_URL} {settings.MEDIA_URL}".encode())
    for file in sorted(file for file in files if file.suffix != ".pyc"):
        digest.update(f"\0{file.relative_to(settings.BASE_DIR)}\0".encode() + file.read_bytes())
    return salted_hmac("pagecache.release", digest.hexdigest()).hexdigest()[:20]


class Copies:
    """The copies of this release. Nothing here raises: a disk that fails costs the copy and no more."""

    def __init__(self) -> None:
        self.folder: Path = settings.PAGECACHE_FOLDER / release()

    def file(self, path: str) -> Path:
        return self.folder / hashlib.sha256(path.encode("latin-1")).hexdigest()

    def write(self, path: str, page: Page) -> None:
        """Keep a copy, whole or not at all. The first one of a release removes those of others."""
        try:
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True)
                for other in {file for file in self.folder.parent.iterdir() if file.is_dir()} - {self.folder}:
                    shutil.rmtree(other, ignore_errors=True)
            with NamedTemporaryFile(dir=self.folder, prefix="new-", delete=False) as file:
                file.write(page.to_bytes(path))
            os.replace(file.name, self.file(path))
            self.trim()
        except OSError as error:
            logger.warning("No copy of a page could be kept: %s", error.strerror)

    def trim(self) -> None:
        """Remove the copies that were written longest ago, where there are too many."""
        if len(os.listdir(self.folder)) > MOST:
            files = sorted(os.scandir(self.folder), key=lambda file: file.stat().st_mtime)
            for file in files[: len(files) - MOST * 9 // 10]:
                Path(file.path).unlink(missing_ok=True)

    def read(self, path: str) -> Page | None:
        """The copy of a page; None where there is none or it is damaged."""
        try:
            return from_bytes(self.file(path).read_bytes(), path)
        except (OSError, ValueError, KeyError):
            return None

    def older_than(self, moment: float) -> Iterator[str]:
        """The addresses of the copies that were written before a moment (seconds since 1970)."""
        with suppress(OSError):
            for file in sorted(os.scandir(self.folder), key=lambda file: file.name):
                with suppress(OSError, ValueError, KeyError):
                    if file.stat().st_mtime < moment:
                        yield path_of(Path(file.path).read_bytes())

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether it is this worker's turn to look after the copies: one of those that share the disk has it."""
        try:
            lock = (self.folder.parent / ".turn").open("w")
        except OSError:
            yield False
            return
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True

    def forget(self, path: str) -> None:
        """Remove the copy of an address that is no page any more."""
        with suppress(OSError):
            self.file(path).unlink()
