"""`bin/molndal doctor`: tries what the site depends on, a line each. Exit code 0, 1 (a warning) or 2 (an error)."""

import json
import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from django.conf import settings
from django.core.checks import run_checks
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from backup.clock import wrong_clock
from backup.media import missing_files
from backup.models import LastRun, last_run, last_verified, latest_now
from backup.places import place
from backup.service import moments
from molndal_intl.health import is_writable, state
from molndal_intl.sqlite import wal_is_safe

Finding = tuple[int, str]
OK, WARNING, ERROR = range(3)
WORDS = ("OK     ", "VARNING", "FEL    ")


def basics() -> Iterator[Finding]:
    found = state()
    yield OK, f"Version {found['version']}, miljö {settings.ENVIRONMENT}"
    said = [check.msg for check in run_checks(include_deployment_checks=not settings.LOCAL) if not check.is_silenced()]
    yield (WARNING if said else OK), f"Inställningar: {'; '.join(said) or 'godkända'}"
    if not settings.LOCAL and not settings.SECURITY_CONTACT:
        yield WARNING, "SECURITY_CONTACT: är inte satt, så security.txt hänvisar till kommunens webbplats"
    if not found["database"]:
        yield ERROR, "Databas: svarar inte"
    elif found["unapplied_migrations"]:
        yield ERROR, f"Databas: {found['unapplied_migrations']} ändringar är inte införda, starta om webbplatsen"
    else:
        yield OK, f"Databas: {connection.vendor} svarar, alla ändringar är införda"
    if connection.vendor == "sqlite":
        log = "skrivlogg (WAL)" if wal_is_safe(sqlite3.sqlite_version_info) else "ångerlogg, då WAL har ett fel där"
        yield OK, f"SQLite {sqlite3.sqlite_version}: {log}"


def storage() -> Iterator[Finding]:
    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT):
        level = OK if is_writable(folder) else ERROR
        yield level, f"Lagring: {folder} {'går' if level == OK else 'går inte'} att skriva i"
    free = shutil.disk_usage(settings.DATA_DIR).free // 2**20
    yield (OK if free > 1024 else WARNING), f"Lagring: {free} MB ledigt"
    strangers = [path for path in settings.DATA_DIR.rglob("*") if is_strangers(path)]
    if strangers:
        yield ERROR, f"Rättigheter: {len(strangers)} filer är någon annans, som {strangers[0]}: chown -R dem"
    if missing := missing_files():
        yield ERROR, f"Bilder: {len(missing)} som sidor visar saknas, som {missing[0]}: hämta dem ur en säkerhetskopia"
    private = [settings.DATA_DIR, os.environ.get("MOLNDAL_ENV")]
    readable = [str(path) for path in private if path and Path(path).exists() and Path(path).stat().st_mode & 0o007]
    if readable and not settings.LOCAL:
        yield WARNING, f"Rättigheter: andra på maskinen kan läsa {', '.join(readable)}: chmod o= dem"


def is_strangers(path: Path) -> bool:
    try:
        return path.lstat().st_uid != os.geteuid()
    except FileNotFoundError:  # gone meanwhile, as where a backup works
        return False


def backups() -> Iterator[Finding]:
    if not settings.BACKUP_DIR:
        yield (OK if settings.LOCAL else ERROR), "Säkerhetskopior: BACKUP_DIR är inte satt, inga görs"
        return
    found = moments(place(settings.BACKUP_DIR).names())
    if not settings.BACKUP_RECIPIENT:
        yield WARNING, "Säkerhetskopior: krypteras inte, då BACKUP_RECIPIENT inte är satt"
    for name in (name for name, made_at in found.items() if made_at > latest_now()):
        yield ERROR, f"Säkerhetskopior: {name} är daterad i framtiden, kontrollera klockan och flytta den"
    if latest := last_verified():
        level = OK if timezone.now() - latest.made_at < timedelta(days=2) else ERROR
        yield level, f"Säkerhetskopior: den senaste är från {timezone.localtime(latest.made_at):%Y-%m-%d %H.%M}"
    else:
        yield ERROR, f"Säkerhetskopior: ingen i {settings.BACKUP_DIR} är läst till slutet"
    run = last_run(LastRun.BACKUP)
    if not settings.LOCAL and (not run or timezone.now() - run > timedelta(minutes=15)):
        when = f"{timezone.localtime(run):%Y-%m-%d %H.%M}" if run else "aldrig"
        yield ERROR, f"Säkerhetskopior: backup --if-changed lyckades senast {when}, går molndal-intl-backup.timer?"
    if drill := last_run(LastRun.DRILL):
        level = OK if timezone.now() - drill < timedelta(days=190) else WARNING
        yield level, f"Återställning: övad senast {timezone.localtime(drill):%Y-%m-%d} (restore_drill)"
    else:
        yield (OK if settings.LOCAL else WARNING), "Återställning: aldrig övad (restore_drill)"


def mail() -> Iterator[Finding]:
    if not settings.EMAIL_HOST:
        yield OK, "E-post: EMAIL_HOST är inte satt, inga brev skickas"
        return
    server: Any = get_connection(timeout=10)
    server.open()
    server.close()
    yield OK, f"E-post: {settings.EMAIL_HOST} tar emot"


def city_login() -> Iterator[Finding]:
    if settings.OIDC_ISSUER:
        address = settings.OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration"
        with urlopen(address, timeout=10) as answer:  # noqa: S310
            json.load(answer)["authorization_endpoint"]
        yield OK, f"Stadens inloggning: {settings.OIDC_ISSUER} svarar"


def proxy() -> Iterator[Finding]:
    if settings.LOCAL:
        return
    count = settings.TRUSTED_PROXY_COUNT
    yield (OK if count else WARNING), f"TLS: {count} egna proxyer framför (TRUSTED_PROXY_COUNT)"
    address = urlsplit(settings.SITE_URL)
    name = address.hostname or ""
    plain = socket.create_connection((name, address.port or 443), timeout=10)
    with ssl.create_default_context().wrap_socket(plain, server_hostname=name) as wrapped:
        until = str((wrapped.getpeercert() or {})["notAfter"])
    days = int(ssl.cert_time_to_seconds(until) - time.time()) // 86_400
    yield (OK if days > 14 else WARNING), f"TLS: certifikatet för {name} gäller {days} dagar till"


def clock() -> Iterator[Finding]:
    yield OK, f"Tidszon: {settings.TIME_ZONE}, klockan är {timezone.localtime():%Y-%m-%d %H.%M}"
    if problem := wrong_clock():
        yield ERROR, f"Klocka: {problem}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            apart = abs((timezone.now() - cursor.fetchone()[0]).total_seconds())
        yield (OK if apart < 5 else ERROR), f"Klocka: {apart:.0f} sekunder från databasens"
    asked = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False)
    except OSError:  # a machine without systemd's
        return
    if said.returncode == 0:
        is_set = said.stdout.strip() == "yes"
        yield (OK if is_set else WARNING), f"Klocka: ställs {'' if is_set else 'inte '}av tidsservrar (timedatectl)"


PARTS: dict[str, Callable[[], Iterator[Finding]]] = {
    "Webbplats": basics,
    "Lagring": storage,
    "Säkerhetskopior": backups,
    "E-post": mail,
    "Stadens inloggning": city_login,
    "TLS": proxy,
    "Klocka": clock,
}


class Command(BaseCommand):
    help = "Tries what the site depends on, a line each. Exit code 0 if all is well, 1 on a warning, 2 on an error."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        worst = OK
        for name, part in PARTS.items():
            for level, sentence in tried(name, part):
                self.stdout.write(f"{WORDS[level]} {' '.join(sentence.split())}")
                worst = max(worst, level)
        if worst:
            raise SystemExit(worst)


def tried(name: str, part: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of a part; an exception is one too."""
    try:
        yield from part()
    except Exception as error:
        level = WARNING if name in {"E-post", "Stadens inloggning", "TLS"} else ERROR
        yield level, f"{name}: gick inte att pröva ({error or type(error).__name__})"
