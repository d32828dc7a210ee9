"""`make run`: bring the database and the content up to date, and serve the site as in production but for TLS.

Errors that a person can correct are one line: a port in use, a folder that cannot be written to, a wrong DATABASE_URL.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import socket
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import Error, connection

from backup.encryption import read_key
from backup.errors import BackupError
from backup.places import Folder, place
from backup.upgrading import migration_lock, upgrade
from molndal_intl.bodies import THREADS

SERVED = ".served"  # in the data folder, once the database has been filled
GRANIAN = "--interface wsgi --no-ws --workers 2 --log-level warning --workers-kill-timeout 10 --blocking-threads"
LOGIN = """
  Log in at {url}/admin/
  User:     samordnare
  Password: {password}   (shown only now)
"""


class Command(BaseCommand):
    help = "Brings the site up to date and serves it on HOST and PORT."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        check_port(settings.HOST, settings.PORT)
        check_folders()
        check_backup()
        check_database()
        with (settings.DATA_DIR / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a second start waits for the first
            prepare()
        say(f"Storing in {database()}")
        connection.close()
        say(f"Serving on {settings.SITE_URL}; stop with Ctrl+C")
        arguments = [*GRANIAN.split(), str(THREADS), "--host", settings.HOST, "--port", str(settings.PORT)]
        os.execv(sys.executable, [sys.executable, "-m", "granian", *arguments, "molndal_intl.wsgi:application"])


def say(line: str) -> None:
    print(line, flush=True)


def check_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise SystemExit("HOST: should be an address of this machine, such as 127.0.0.1 or 0.0.0.0") from None
        raise SystemExit(
            f"PORT: cannot listen on {host}:{port} ({error.strerror}). Choose another: make run PORT={port + 1}"
        ) from None


def check_folders() -> None:
    try:
        for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT):
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".writable"
            probe.touch()
            probe.unlink()
    except OSError as error:
        raise SystemExit(f"DATA_DIR: cannot write to {error.filename} ({error.strerror})") from None


def check_backup() -> None:
    """Stop where the key or the folder of the backups cannot be used. A store that is far away is asked by night."""
    try:
        if settings.BACKUP_KEY_FILE:
            read_key(settings.BACKUP_KEY_FILE)
        where = place(settings.BACKUP_DIR) if settings.BACKUP_DIR else None
    except BackupError as error:
        raise SystemExit(f"BACKUP_DIR, BACKUP_KEY_FILE: {error}") from None
    if isinstance(where, Folder):
        with suppress(OSError):
            where.path.mkdir(parents=True, exist_ok=True)
        if not os.access(where.path, os.W_OK):
            raise SystemExit(f"BACKUP_DIR: mappen {where} saknas eller går inte att skriva i")


def check_database() -> None:
    """Stop where the database does not answer, and where the SQLite file of a site that has served before is gone."""
    file, mark = Path(connection.settings_dict["NAME"]), settings.DATA_DIR / SERVED
    if connection.vendor == "sqlite" and mark.exists() and not file.exists():
        raise SystemExit(
            f"DATABASE_URL: the database {file} is missing, though this site has served before. Bring it back "
            f"(manage.py restore BACKUP, see docs/drift.md), or remove {mark} to begin with an empty one"
        )
    try:
        connection.ensure_connection()
    except Error as error:
        reason = str(error).strip().splitlines()[0]
        raise SystemExit(f"DATABASE_URL: the database does not answer ({reason})") from None


def prepare() -> None:
    """Bring database, content and static files up to date."""
    try:
        with migration_lock():
            say("Updating the database …")
            upgrade(say)
            say("Loading the content …")
            call_command("load_content")
            # Content from before its history was kept gets a version to go back to.
            call_command("createinitialrevisions", verbosity=0, comment="Första versionen")
            call_command("index_search")
            call_command("make_pictures")
            if settings.LOCAL and not User.objects.exists():
                password = secrets.token_urlsafe(12)
                User.objects.create_superuser("samordnare", password=password)
                say(LOGIN.format(url=settings.SITE_URL, password=password))
    except Error as error:
        raise SystemExit(f"DATABASE_URL: the database cannot be brought up to date ({error})") from None
    except BackupError as error:
        raise SystemExit(f"The database should be changed, but could not be backed up before: {error}") from None
    collect_static()
    (settings.DATA_DIR / SERVED).touch()


def collect_static() -> None:
    """Copy, name and compress the static files: eight seconds of work, so only when one of them has changed."""
    files = sorted(
        f"{path} {storage.get_modified_time(path).timestamp()}"
        for finder in get_finders()
        for path, storage in finder.list([])
    )
    fingerprint, mark = hashlib.sha256("\n".join(files).encode()).hexdigest(), settings.STATIC_ROOT / ".collected"
    if not mark.exists() or mark.read_text() != fingerprint:
        say("Collecting static files …")
        call_command("collectstatic", verbosity=0, interactive=False)
        mark.write_text(fingerprint)


def database() -> str:
    """What stores the data, and how SQLite says that it does."""
    if connection.vendor != "sqlite":
        return connection.vendor
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        full = "FULL" if cursor.execute("PRAGMA synchronous").fetchone()[0] == 2 else "NOT FULL"
    why = "" if journal == "wal" else ", as the write-ahead log of this version can corrupt the database"
    return f"SQLite {sqlite3.sqlite_version}, journal_mode={journal}{why}, synchronous={full}"
