"""Settings from the environment: a bad value stops the program with one line that names it."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from molndal_intl.sqlite import sqlite_options, wal_is_safe
from tests.servers import ROOT

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "example.org",
    "SITE_URL": "https://example.org",
    "TRUSTED_PROXY_COUNT": "0",
}
BAD: list[tuple[dict[str, str], str]] = [
    ({"PORT": "many"}, "PORT: should be a whole number from 1 to 65535"),
    ({"PORT": "0"}, "PORT: should be a whole number from 1 to 65535"),
    ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT: should be a whole number from 0 to 9"),
    ({"ENVIRONMENT": "prod"}, "ENVIRONMENT: should be local or production"),
    ({"DEBUG": "maybe"}, "DEBUG: should be 1 or 0"),
    ({"SITE_URL": "example.org/x"}, "SITE_URL: should be an address like"),
    ({"DATABASE_URL": "mysql://root:hemligt@localhost/x"}, "DATABASE_URL: should be like postgres://"),  # no secret
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL: should be like postgres://"),
    ({"SECURITY_CONTACT": "security@example.org"}, "SECURITY_CONTACT: should be like mailto:"),
    ({"SECURITY_CONTACT": "https://a.example/ x"}, "SECURITY_CONTACT: should be like mailto:"),
    ({"EMAIL_HOST": "mail.example.org"}, "DEFAULT_FROM_EMAIL: should be set where EMAIL_HOST is"),
    ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT: should be a whole number from 1 to 65535"),
    ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY: should be set in production"),
    ({**PRODUCTION, "SECRET_KEY": "short"}, "SECRET_KEY: should be at least 50"),
    ({**PRODUCTION, "ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS and SITE_URL: should be set"),
    ({**PRODUCTION, "TRUSTED_PROXY_COUNT": ""}, "TRUSTED_PROXY_COUNT: should be set in production"),
    ({**PRODUCTION, "DEBUG": "1"}, "DEBUG: should be 0 in production"),
    ({"OIDC_ISSUER": "https://login.example"}, "OIDC_CLIENT_ID and OIDC_CLIENT_SECRET: should be set"),
    (
        {**PRODUCTION, "OIDC_ISSUER": "http://login.example", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"},
        "OIDC_ISSUER: should begin with https://",
    ),
    ({"MEDIA_URL": "https://bilder.example.org/media"}, "MEDIA_URL: should be an address like"),
    ({"MEDIA_URL": "https://bilder.example.org; script-src */"}, "MEDIA_URL: should be an address like"),
    ({"DATA_DIR": "/proc/nowhere"}, "DATA_DIR: should be a folder that can be written to"),
]


def load(**environment: str) -> dict[str, Any]:
    """The settings as they are with these variables and no others of the site's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in {*PRODUCTION, "DATABASE_URL", "PORT", "HOST"}:
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        return runpy.run_path(str(ROOT / "molndal_intl/settings.py"))


def test_bad_value_stops_with_its_name_and_no_value() -> None:
    for environment, line in BAD:
        with pytest.raises(SystemExit) as stopped:
            load(**environment)
        message = str(stopped.value)
        assert message.startswith(line), environment
        assert len(message.splitlines()) == 1
        assert "hemligt" not in message


def test_bad_value_ends_a_command_with_one_line() -> None:
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(
        command, env=os.environ | {"PORT": "many"}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "PORT: should be a whole number from 1 to 65535\n"


def test_production_settings_are_accepted() -> None:
    settings = load(**PRODUCTION)
    assert settings["SECRET_KEY"] == "k" * 50
    assert settings["ALLOWED_HOSTS"] == ["example.org"]
    assert load(**PRODUCTION | {"SITE_URL": "https://example.org/"})["SITE_URL"] == "https://example.org"


def test_policy_allows_pictures_from_media_url() -> None:
    for media_url, sources in {
        "": ["'self'"],
        "/bilder/": ["'self'"],
        "https://bilder.example.org/m/": ["'self'", "https://bilder.example.org"],
    }.items():
        settings = load(MEDIA_URL=media_url)
        public = settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
        assert public["img-src"] == settings["STAFF_POLICY"]["img-src"] == sources


def test_local_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    key = tmp_path / "secret_key"
    key.touch()  # as a start that was killed might leave it
    first = load(DATA_DIR=str(tmp_path))["SECRET_KEY"]
    assert load(DATA_DIR=str(tmp_path))["SECRET_KEY"] == key.read_text() == first
    assert len(first) >= 50
    assert key.stat().st_mode & 0o777 == 0o600


def test_wal_only_where_sqlite_has_the_fix() -> None:
    safe = {(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 52, 0)}
    for version in safe | {(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)}:
        assert wal_is_safe(version) is (version in safe), version
        options = sqlite_options(version)
        assert f"journal_mode={'WAL' if version in safe else 'DELETE'}" in options["init_command"]
        assert "synchronous=FULL" in options["init_command"]
        assert options["transaction_mode"] == "IMMEDIATE"


def test_site_url_follows_the_listening_host() -> None:
    for host, url in {
        "0.0.0.0": "http://127.0.0.1:8000",
        "::": "http://[::1]:8000",
        "::1": "http://[::1]:8000",
    }.items():
        assert load(HOST=host)["SITE_URL"] == url


def test_sender_that_cannot_be_sent_from_is_refused() -> None:
    for raw in ("webb@example.org", "Mölndals stad <webb@example.org>", '"A, B" <x@example.org>'):
        assert load(DEFAULT_FROM_EMAIL=raw)["DEFAULT_FROM_EMAIL"] == raw
    for raw in (
        "A, B <x@example.org>",
        "A; B <x@example.org>",
        "A (b <x@example.org>",
        '"A <x@example.org>',
        "a@example.org <x@example.org>",
        "x@example.org, y@example.org",
        "x.@example.org",
        "webb",
        "A\nBcc: x@example.org <x@example.org>",
    ):
        with pytest.raises(SystemExit, match=r"^DEFAULT_FROM_EMAIL: should be like"):
            load(DEFAULT_FROM_EMAIL=raw)
