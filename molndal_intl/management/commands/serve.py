"""`make run`: bring the database and the content up to date, and serve the site as in production but for TLS.

Errors that a person can correct are one line: a port in use, a folder that cannot be written to, a wrong DATABASE_URL.
"""

import errno
import hashlib
import os
import secrets
import socket
import sqlite3
import sys
from contextlib import suppress
from http import HTTPStatus
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection
from django.test import Client

from backup.clock import note_first_run
from backup.database import keep_private, site_lock
from backup.errors import BackupError
from backup.media import claim_folder
from backup.models import MediaFolder
from backup.places import Folder, place
from backup.upgrading import LOCK, upgrade

SERVED = ".served"  # in the data folder, once the database has been filled
GRANIAN = "--interface wsgi --no-ws --log-level warning --workers-kill-timeout 60 --respawn-failed-workers"
LOGIN = """
  Logga in på {url}/admin/
  Användare: samordnare
  Lösenord:  {password}   (visas bara nu)
"""


class Command(BaseCommand):
    help = "Gör webbplatsen aktuell och startar den på HOST och PORT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        only = "only bring the site up to date and try a page"
        parser.add_argument("--prepare", action="store_true", dest="prepare_only", help=only)

    def handle(self, *, prepare_only: bool = False, **options: Any) -> None:
        if not prepare_only:
            check_port(settings.HOST, settings.PORT)
        check_folders()
        check_backup()
        check_database()
        prepare()
        say(f"Lagrar i {database()}")
        if prepare_only:
            try_page()
            return
        connection.close()
        say(f"Webbplatsen finns på {settings.SITE_URL}; avsluta med Ctrl+C")
        granian()


def say(line: str) -> None:
    print(line, flush=True)


def granian() -> None:
    """Become the server, which follows the link `current` (bin/release) anew for each worker that it starts."""
    current = settings.BASE_DIR.parent.parent / "current"
    root = current if current.resolve() == settings.BASE_DIR else settings.BASE_DIR
    python = sys.executable.replace(str(settings.BASE_DIR), str(root))
    arguments = ["--workers", settings.WORKERS, "--blocking-threads", settings.WORKER_THREADS]
    arguments += ["--workers-max-rss", settings.WORKER_MEMORY] if settings.WORKER_MEMORY else []
    arguments += ["--host", settings.HOST, "--port", settings.PORT, f"{root}/molndal_intl/wsgi.py:application"]
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # each heap of glibc's keeps what it once held: 10 MB of a worker
    # A fixed limit, or glibc raises it with each large text and keeps what is free below it: 8 MB of a worker.
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "131072")
    # Seconds until an old worker ends; its successor must listen then, on a busy machine too.
    os.environ.setdefault("GRANIAN_RESPAWN_INTERVAL", "15")
    os.chdir("/")  # the folder of a release is removed one day
    os.execv(python, [python, "-m", "granian", *GRANIAN.split(), *map(str, arguments)])


def try_page() -> None:
    """Stop where the start page is not answered: a release that cannot do that is not switched to."""
    import_module("molndal_intl.wsgi")
    status = Client(SERVER_NAME=urlsplit(settings.SITE_URL).hostname).get("/", secure=True).status_code
    if status != HTTPStatus.OK:
        raise SystemExit(f"Startsidan svarar {status}")


def check_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise SystemExit("HOST: ska vara en adress som den här maskinen har, som 127.0.0.1 eller 0.0.0.0") from None
        raise SystemExit(
            f"PORT: kan inte lyssna på {host}:{port} ({error.strerror}). Välj en annan: make run PORT={port + 1}"
        ) from None


def check_folders() -> None:
    try:
        for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT):
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".writable"
            probe.touch()
            probe.unlink()
        keep_private()
    except OSError as error:
        raise SystemExit(f"DATA_DIR: det går inte att skriva i {error.filename} ({error.strerror})") from None


def check_backup() -> None:
    """Stop where the folder of the backups cannot be used. A store that is far away is asked by night."""
    try:
        where = place(settings.BACKUP_DIR) if settings.BACKUP_DIR else None
    except BackupError as error:
        raise SystemExit(f"BACKUP_DIR: {error}") from None
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
            f"DATABASE_URL: databasen {file} saknas, fast webbplatsen har varit igång förut. Återställ den "
            f"(manage.py restore FIL, se docs/drift.md), eller ta bort {mark} för att börja med en tom"
        )
    try:
        connection.ensure_connection()
    except Error as error:
        reason = str(error).strip().splitlines()[0]
        raise SystemExit(f"DATABASE_URL: databasen svarar inte ({reason})") from None


def prepare() -> None:
    """Bring database, content and static files up to date."""
    try:
        with site_lock("start", LOCK):
            if MediaFolder._meta.db_table in connection.introspection.table_names():
                claim()  # before a backup without its pictures is made
            say("Uppdaterar databasen …")
            upgrade(say)
            note_first_run()
            claim()
            say("Läser in innehållet …")
            call_command("load_content")
            # Content from before its history was kept gets a version to go back to.
            call_command("createinitialrevisions", verbosity=0, comment="Första versionen")
            call_command("index_search")
            call_command("make_pictures")
            if settings.LOCAL and not User.objects.exists():
                password = secrets.token_urlsafe(12)
                User.objects.create_superuser("samordnare", password=password)
                say(LOGIN.format(url=settings.SITE_URL, password=password))
            collect_static()
            (settings.DATA_DIR / SERVED).touch()
    except Error as error:
        raise SystemExit(f"DATABASE_URL: databasen går inte att uppdatera ({error})") from None
    except BackupError as error:
        raise SystemExit(f"Databasen ska ändras, men det gick inte att göra en säkerhetskopia först: {error}") from None


def claim() -> None:
    """Stop where the folder of pictures is not the database's."""
    try:
        claim_folder()
    except BackupError as error:
        raise SystemExit(str(error)) from None


def collect_static() -> None:
    """Copy, name and compress the static files: eight seconds of work, so only when one of them has changed."""
    digest, mark = hashlib.sha256(), settings.STATIC_ROOT / ".collected"
    found = [file for finder in get_finders() for file in finder.list([])]
    for path, storage in sorted(found, key=itemgetter(0)):
        with storage.open(path) as file:
            digest.update(f"{path}\n{hashlib.sha256(file.read()).hexdigest()}\n".encode())
    fingerprint = digest.hexdigest()
    if not mark.exists() or mark.read_text() != fingerprint:
        say("Samlar statiska filer …")
        call_command("collectstatic", verbosity=0, interactive=False)
        mark.write_text(fingerprint)


def database() -> str:
    """What stores the data, and how SQLite says that it does."""
    if connection.vendor != "sqlite":
        return connection.vendor
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        full = "FULL" if cursor.execute("PRAGMA synchronous").fetchone()[0] == 2 else "inte FULL"
    why = "" if journal == "wal" else ", då WAL i den här versionen kan skada databasen"
    return f"SQLite {sqlite3.sqlite_version}, journal_mode={journal}{why}, synchronous={full}"
