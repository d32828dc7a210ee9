"""`make run`: brings the database and the content up to date and serves the site, as in production but for TLS.

What a person can mend is said in one line: a port in use, a folder that cannot be written to, a wrong DATABASE_URL.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import socket
import sqlite3
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection

FULL = 2  # of SQLite's PRAGMA synchronous
SERVED = ".served"  # in the data folder, once the database has been filled


def say(line: str) -> None:
    print(line, flush=True)


def check_port(host: str, port: int) -> None:
    """Stop with one line where the server could not listen."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except socket.gaierror:
        raise SystemExit("HOST: should be an address of this machine, such as 127.0.0.1 or 0.0.0.0") from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise SystemExit("HOST: should be an address of this machine, such as 127.0.0.1 or 0.0.0.0") from None
        raise SystemExit(
            f"PORT: cannot listen on {host}:{port} ({error.strerror}). Choose another: make run PORT={port + 1}"
        ) from None


def check_folder() -> None:
    """Stop with one line where files could not be kept."""
    try:
        for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT):
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".writable"
            probe.touch()
            probe.unlink()
    except OSError as error:
        raise SystemExit(f"DATA_DIR: cannot write to {error.filename} ({error.strerror})") from None


def check_database() -> None:
    """Stop with one line where the database does not answer, or where the file of a site that has served is gone."""
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


def collect_static() -> None:
    """Copy, name and compress the static files. Eight seconds of work, so only when one of them has changed."""
    from django.contrib.staticfiles.finders import get_finders

    files = sorted(
        f"{path} {storage.get_modified_time(path).timestamp()}"
        for finder in get_finders()
        for path, storage in finder.list([])
    )
    fingerprint = hashlib.sha256("\n".join(files).encode()).hexdigest()
    mark = settings.STATIC_ROOT / ".collected"
    if mark.exists() and mark.read_text() == fingerprint:
        return
    say("Collecting static files …")
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.write_text(fingerprint)


def create_login() -> None:
    """Make the first account of a local run and print its password, once."""
    from django.contrib.auth.models import User

    if User.objects.exists():
        return
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser("samordnare", password=password)
    say(
        f"\n  Log in at {settings.SITE_URL}/admin/\n  User:     samordnare\n  Password: {password}   (shown only now)\n"
    )


def prepare() -> None:
    """Bring database, content and static files up to date; one line where the database cannot be written to."""
    from backup.errors import BackupError
    from backup.upgrading import migration_lock, upgrade

    try:
        with migration_lock():
            say("Updating the database …")
            upgrade(say)
            say("Loading the content …")
            call_command("load_content")
            # What was there before history was kept, or came some other way, gets a version to go back to.
            call_command("createinitialrevisions", verbosity=0, comment="Första versionen")
            call_command("index_search")
            call_command("make_pictures")
            if settings.LOCAL:
                create_login()
    except Error as error:
        raise SystemExit(f"DATABASE_URL: the database cannot be brought up to date ({error})") from None
    except BackupError as error:
        raise SystemExit(f"The database should be changed, but could not be backed up before: {error}") from None
    collect_static()
    (settings.DATA_DIR / SERVED).touch()


def database() -> str:
    """What stores the data, and for SQLite how, as it says itself: the decision about its log is made in settings."""
    if connection.vendor != "sqlite":
        return connection.vendor
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        full = cursor.execute("PRAGMA synchronous").fetchone()[0] == FULL
    why = "" if journal == "wal" else ", as the write-ahead log of this version can corrupt the database"
    return f"SQLite {sqlite3.sqlite_version}, journal_mode={journal}{why}, synchronous={'FULL' if full else 'NOT FULL'}"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "molndal_intl.settings")
    django.setup()
    check_port(settings.HOST, settings.PORT)
    check_folder()
    check_database()
    with (settings.DATA_DIR / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second start waits for the first
        prepare()
    say(f"Storing in {database()}")
    connection.close()
    say(f"Serving on {settings.SITE_URL}; stop with Ctrl+C")
    arguments = ["--interface", "wsgi", "--host", settings.HOST, "--port", str(settings.PORT), "--no-ws"]
    arguments += ["--workers", "2", "--blocking-threads", "4", "--log-level", "warning"]
    # A worker that will not stop is ended, rather than holding up a restart.
    arguments += ["--workers-kill-timeout", "10"]
    os.execv(sys.executable, [sys.executable, "-m", "granian", *arguments, "molndal_intl.wsgi:application"])


if __name__ == "__main__":
    main()
