"""Monitoring: /healthz, /readyz and /metrics answer this machine and configured networks, and say what is wrong."""

import json
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from backup.models import VerifiedBackup
from molndal_intl.health import Health


def ask(path: str, address: str = "127.0.0.1", **environ: str) -> tuple[str, str]:
    """The status and the text of an answer; the site behind it says "404"."""
    said: list[Any] = []

    def site(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("404 Not Found", [])
        return [b"404"]

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "REMOTE_ADDR": address, "HTTP_HOST": "odd host", **environ}
    body = b"".join(Health(site)(environ, lambda *args: said.extend(args)))
    return said[0], body.decode()


@pytest.fixture
def ready(db: None, settings: Any) -> Path:
    """The folder of the pictures of a site that is ready."""
    settings.MEDIA_ROOT.mkdir()
    made_at = timezone.now() - timedelta(hours=2)
    VerifiedBackup.objects.create(name="a", made_at=made_at, change_marks="")
    return Path(settings.MEDIA_ROOT)


def test_monitoring_answers_whatever_the_host_is(ready: Path) -> None:
    assert ask("/healthz") == ("200 OK", "ok\n")
    assert ask("/healthz", REQUEST_METHOD="HEAD") == ("200 OK", "")
    status, text = ask("/readyz")
    found = json.loads(text)
    assert 7200 <= found.pop("backup_age_seconds") < 7300
    assert (status, found) == (
        "200 OK",
        {"ready": True, "database": True, "unapplied_migrations": 0, "media_writable": True, "version": "1.0.0"},
    )
    _status, text = ask("/metrics")
    assert 'molndal_info{version="1.0.0"} 1\nmolndal_ready 1\n' in text


def test_monitoring_does_not_exist_for_others(ready: Path, settings: Any) -> None:
    settings.HEALTH_NETWORKS = [ip_network("10.1.0.0/16")]
    settings.TRUSTED_PROXY_COUNT = 1
    for address, forwarded, status in (
        ("::1", None, "200 OK"),
        ("::ffff:127.0.0.1", None, "200 OK"),
        ("10.1.2.3", None, "200 OK"),
        ("10.2.2.3", None, "404 Not Found"),
        ("", None, "404 Not Found"),
        ("127.0.0.1", "192.0.2.1", "404 Not Found"),  # a reader, by the proxy on this machine
        ("127.0.0.1", "127.0.0.1, 192.0.2.1", "404 Not Found"),  # who claims to be from here
        ("127.0.0.1", "192.0.2.1, 10.1.2.3", "200 OK"),
    ):
        sent = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
        assert ask("/readyz", address, **sent)[0] == status, (address, forwarded)
    assert ask("/readyz", HTTP_X_FORWARDED_PROTO="https")[0] == "404 Not Found", "a proxy that does not say for whom"


def test_site_is_not_ready_without_its_database(ready: Path) -> None:
    def fail(*args: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(fail):
        status, text = ask("/readyz")
        assert ask("/healthz")[0] == "200 OK"
    assert (status, json.loads(text)["database"]) == ("503 Service Unavailable", False)


def test_site_is_not_ready_before_its_migrations(ready: Path) -> None:
    MigrationRecorder.Migration.objects.filter(app="backup").last().delete()  # type: ignore[union-attr]
    status, text = ask("/readyz")
    assert (status, json.loads(text)["unapplied_migrations"]) == ("503 Service Unavailable", 1)


def test_site_is_not_ready_without_its_pictures(ready: Path) -> None:
    ready.rmdir()
    status, text = ask("/readyz")
    assert (status, json.loads(text)["media_writable"]) == ("503 Service Unavailable", False)
    assert "molndal_media_writable 0\n" in ask("/metrics")[1]
