"""`/healthz`, `/readyz` and `/metrics` for monitoring, outside Django: no Host, no session, no cache.

For this machine and the networks of HEALTH_NETWORKS only; to others the addresses do not exist.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from backup.archive import version
from backup.models import last_verified

Environ = dict[str, Any]
State = dict[str, Any]


@cache
def known_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def is_writable(folder: Path) -> bool:
    """Whether a file can be written there, which a full disk does not let one do."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
    except OSError:
        return False
    return True


def read_database() -> State:
    """Raises django.db.Error or OSError where the database does not answer."""
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).stat()  # a query would make a new file
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()  # as Django does when a request begins
    unapplied = len(known_migrations() - set(MigrationRecorder(connection).applied_migrations()))
    backup = None if unapplied else last_verified()
    age = round((timezone.now() - backup.made_at).total_seconds()) if backup else None
    return {"database": True, "unapplied_migrations": unapplied, "backup_age_seconds": age}


def state() -> State:
    """What a monitor wants to know. An old backup does not make a site unready: it would only be taken offline too."""
    found: State = {"database": False, "unapplied_migrations": None, "backup_age_seconds": None}
    try:
        found |= read_database()
    except (Error, OSError):
        with suppress(Error):
            connection.close()
    found |= {"media_writable": is_writable(settings.MEDIA_ROOT), "version": version()}
    return {"ready": found["unapplied_migrations"] == 0 and found["media_writable"]} | found


def readyz() -> tuple[bool, str, str]:
    found = state()
    return found["ready"], "application/json", json.dumps(found) + "\n"


def metrics() -> tuple[bool, str, str]:
    """The same as numbers, in Prometheus' text format; what is not known is left out."""
    found = state()
    lines = [f'molndal_info{{version="{found.pop("version")}"}} 1']
    lines += [f"molndal_{name} {int(value)}" for name, value in found.items() if value is not None]
    return True, "text/plain; version=0.0.4", "\n".join(lines) + "\n"


ANSWERS = {"/healthz": lambda: (True, "text/plain", "ok\n"), "/readyz": readyz, "/metrics": metrics}


def may_ask(environ: Environ) -> bool:
    """Whether the request comes from this machine or a network that is configured, also where it came by our proxy."""
    address = str(environ.get("REMOTE_ADDR", ""))
    if "HTTP_X_FORWARDED_FOR" in environ or "HTTP_X_FORWARDED_PROTO" in environ:
        passed = ["", *environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        count = settings.TRUSTED_PROXY_COUNT
        address = passed[-count].strip() if 0 < count < len(passed) else ""
    try:
        asking = ip_address(address)
    except ValueError:
        return False
    if isinstance(asking, IPv6Address):
        asking = asking.ipv4_mapped or asking
    return asking.is_loopback or any(asking in network for network in settings.HEALTH_NETWORKS)


class Health:
    """WSGI wrapper that answers the addresses of monitoring and hands on all others."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = ANSWERS.get(environ["PATH_INFO"])
        if answer is None or not may_ask(environ):
            return self.application(environ, start_response)
        is_good, kind, text = answer()
        body = text.encode()
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response("200 OK" if is_good else "503 Service Unavailable", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
