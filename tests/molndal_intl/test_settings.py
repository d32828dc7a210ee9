"""Settings are read loudly: each bad value stops a real process with one line that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from molndal_intl import env
from molndal_intl.settings import sqlite_options, wal_is_safe

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "example.org",
    "SITE_URL": "https://example.org",
    "TRUSTED_PROXY_COUNT": "0",
}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own."""
    code = "from molndal_intl import settings; print(len(settings.SECRET_KEY), settings.ALLOWED_HOSTS)"
    clean = {name: value for name, value in os.environ.items() if name not in {*PRODUCTION, "DATABASE_URL"}}
    return subprocess.run(
        [sys.executable, "-c", code], env=clean | environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"PORT": "many"}, "PORT: should be a whole number from 1 to 65535"),
        ({"PORT": "0"}, "PORT: should be a whole number from 1 to 65535"),
        ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT: should be a whole number from 0 to 9"),
        ({"ENVIRONMENT": "prod"}, "ENVIRONMENT: should be local or production"),
        ({"DEBUG": "maybe"}, "DEBUG: should be 1 or 0"),
        ({"SITE_URL": "example.org/x"}, "SITE_URL: should be an address like"),
        ({"DATABASE_URL": "mysql://root@localhost/x"}, "DATABASE_URL: should be like postgres://"),
        ({"SECURITY_CONTACT": "security@example.org"}, "SECURITY_CONTACT: should be like mailto:"),
        ({"SECURITY_CONTACT": "https://a.example/ x"}, "SECURITY_CONTACT: should be like mailto:"),
        ({"EMAIL_HOST": "mail.example.org"}, "DEFAULT_FROM_EMAIL: should be set where EMAIL_HOST is"),
        ({"DEFAULT_FROM_EMAIL": "webb"}, "DEFAULT_FROM_EMAIL: should be like webb@example.org"),
        ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT: should be a whole number from 1 to 65535"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL: should be like postgres://"),
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
    ],
)
def test_bad_value_stops_with_its_name(environment: dict[str, str], line: str) -> None:
    result = start(**environment)
    assert result.returncode == 1
    assert result.stderr.startswith(line)
    assert len(result.stderr.splitlines()) == 1


def test_the_value_itself_is_not_printed() -> None:
    result = start(DATABASE_URL="mysql://root:hemligt@localhost/x")  # no secret
    assert "hemligt" not in result.stderr + result.stdout


def test_production_settings_are_accepted() -> None:
    assert start(**PRODUCTION).stdout == "50 ['example.org']\n"


@pytest.mark.parametrize(
    ("media_url", "img_src"),
    [("", "'self'"), ("/bilder/", "'self'"), ("https://bilder.example.org/m/", "'self' https://bilder.example.org")],
)
def test_the_policy_allows_pictures_from_where_they_are(media_url: str, img_src: str) -> None:
    code = "from molndal_intl.settings import PUBLIC_POLICY, STAFF_POLICY as staff; assert staff['img-src'] == "
    code += "PUBLIC_POLICY['img-src']; print(*staff['img-src'])"
    environment = os.environ | {"MEDIA_URL": media_url}
    printed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == img_src


def test_local_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    assert start(DATA_DIR=str(tmp_path)).returncode == 0
    key = tmp_path / "secret_key"
    first = key.read_text()
    start(DATA_DIR=str(tmp_path))
    assert key.read_text() == first
    assert len(first) >= 50
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_wal_only_where_sqlite_has_the_fix(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe
    options = sqlite_options(version)
    assert f"journal_mode={'WAL' if safe else 'DELETE'}" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"


def test_an_empty_key_file_is_made_anew(tmp_path: Path) -> None:
    """As a start that was killed in the middle might leave it."""
    (tmp_path / "secret_key").touch()
    assert start(DATA_DIR=str(tmp_path)).returncode == 0
    assert len((tmp_path / "secret_key").read_text()) > 50


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8000"), ("::", "http://[::1]:8000"), ("::1", "http://[::1]:8000")],
)
def test_site_url_follows_the_listening_host(host: str, url: str) -> None:
    code = "from molndal_intl import settings; print(settings.SITE_URL)"
    clean = {name: value for name, value in os.environ.items() if name not in {"SITE_URL", "PORT"}}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=clean | {"HOST": host}, capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == url


def test_sender_that_cannot_be_sent_from_is_refused() -> None:
    for raw, is_right in (
        ("webb@example.org", True),
        ("Mölndals stad <webb@example.org>", True),
        ('"A, B" <x@example.org>', True),
        ("A, B <x@example.org>", False),
        ("A; B <x@example.org>", False),
        ("A (b <x@example.org>", False),
        ('"A <x@example.org>', False),
        ("a@example.org <x@example.org>", False),
        ("x@example.org, y@example.org", False),
        ("x.@example.org", False),
        ("webb", False),
        ("A\nBcc: x@example.org <x@example.org>", False),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DEFAULT_FROM_EMAIL", raw)
            if is_right:
                assert env.email("DEFAULT_FROM_EMAIL") == raw
            else:
                with pytest.raises(SystemExit, match=r"^DEFAULT_FROM_EMAIL: should be like"):
                    env.email("DEFAULT_FROM_EMAIL")
