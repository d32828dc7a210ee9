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
    "SECRET_KEY": "abcde" * 10,
    "DATABASE_URL": "postgres://password@127.0.0.1/molndal",
    "ALLOWED_HOSTS": "example.org",
    "SITE_URL": "https://example.org",
    "TRUSTED_PROXY_COUNT": "0",
}
BAD: list[tuple[dict[str, str], str]] = [
    ({"PORT": "many"}, "PORT: ska vara ett heltal från 1 till 65535"),
    ({"PORT": "0"}, "PORT: ska vara ett heltal från 1 till 65535"),
    ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT: ska vara ett heltal från 0 till 9"),
    ({"ENVIRONMENT": "prod"}, "ENVIRONMENT: ska vara local eller production"),
    ({"DEBUG": "maybe"}, "DEBUG: ska vara 1 eller 0"),
    ({"SITE_URL": "example.org/x"}, "SITE_URL: ska vara en adress som"),
    ({"DATABASE_URL": "mysql://root:hemligt@localhost/x"}, "DATABASE_URL: ska vara som postgres://"),  # no secret
    *(
        ({"DATABASE_URL": url}, "DATABASE_URL: ska vara som postgres://")
        for url in ("nonsense", "postgres://host/", "postgres://host:x/y", "postgres://host/x?hemligt=1", "dbname=x")
    ),
    ({"SECURITY_CONTACT": "security@example.org"}, "SECURITY_CONTACT: ska vara som mailto:"),
    ({"SECURITY_CONTACT": "https://a.example/ x"}, "SECURITY_CONTACT: ska vara som mailto:"),
    ({"EMAIL_HOST": "mail.example.org"}, "DEFAULT_FROM_EMAIL: måste anges när EMAIL_HOST är satt"),
    ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT: ska vara ett heltal från 1 till 65535"),
    ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY: ska i drift vara minst 50"),
    ({**PRODUCTION, "SECRET_KEY": "short"}, "SECRET_KEY: ska i drift vara minst 50"),
    ({**PRODUCTION, "ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS, SITE_URL: måste anges i drift"),
    ({**PRODUCTION, "TRUSTED_PROXY_COUNT": ""}, "TRUSTED_PROXY_COUNT: måste anges i drift"),
    ({**PRODUCTION, "DEBUG": "1"}, "DEBUG: ska vara 0 i drift"),
    ({"OIDC_ISSUER": "https://login.example"}, "OIDC_CLIENT_ID, OIDC_CLIENT_SECRET: måste anges"),
    (
        {**PRODUCTION, "OIDC_ISSUER": "http://login.example", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"},
        "OIDC_ISSUER: ska börja med https://",
    ),
    ({"MEDIA_URL": "https://bilder.example.org/media"}, "MEDIA_URL: ska vara en adress som"),
    ({"MEDIA_URL": "https://bilder.example.org; script-src */"}, "MEDIA_URL: ska vara en adress som"),
    ({"DATA_DIR": "/proc/nowhere"}, "DATA_DIR: ska vara en mapp som går att skriva i"),
    ({**PRODUCTION, "DATABASE_URL": ""}, "DATABASE_URL: måste anges i drift, ska vara som postgres://"),
    ({**PRODUCTION, "DATABASE_URL": "sqlite:///db.sqlite3"}, "DATABASE_URL: ska vara som postgres://"),
    ({**PRODUCTION, "SECRET_KEY": "k" * 60}, "SECRET_KEY: ska i drift vara minst 50"),
    ({**PRODUCTION, "ALLOWED_HOSTS": "example.org,*"}, "ALLOWED_HOSTS: ska i drift räkna upp"),
    ({**PRODUCTION, "ALLOWED_HOSTS": "www.example.org"}, "ALLOWED_HOSTS: saknar example.org, som SITE_URL leder till"),
    ({**PRODUCTION, "SITE_URL": "http://example.org"}, "SITE_URL: ska i drift börja med https://"),
    ({"SITE_URL": "https://example.org"}, "SITE_URL: börjar med https, men ENVIRONMENT är local"),
    ({"HEALTH_NETWORKS": "10.1.0.0/16, alla"}, "HEALTH_NETWORKS: ska vara nätverk som"),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT: ska vara text eller json"),
    ({"DATA_DIR": "var"}, "DATA_DIR: ska vara en hel sökväg"),
    ({"BACKUP_DIR": "s3:/hink"}, "BACKUP_DIR: ska vara en mapp som börjar med /, eller s3://"),
    ({"BACKUP_DIR": "s3://"}, "BACKUP_DIR: ska vara en mapp som börjar med /, eller s3://"),
    ({"BACKUP_DIR": "kopior"}, "BACKUP_DIR: ska vara en mapp som börjar med /, eller s3://"),
    ({"BACKUP_RECIPIENT": ""}, "BACKUP_RECIPIENT: är tom"),
    ({"BACKUP_RECIPIENT": "age1x"}, "BACKUP_RECIPIENT: ska vara en publik nyckel som age1"),
    ({"BACKUP_RECIPIENT": "AGE-SECRET-KEY-1QQQ"}, "BACKUP_RECIPIENT: ska vara en publik nyckel som age1"),
    ({"BACKUP_KEY_FILE": "/etc/key"}, "BACKUP_KEY_FILE: ersatt av BACKUP_RECIPIENT"),
    ({"BACKUP_KEYFILE": ""}, "BACKUP_KEYFILE: okänt namn, menar du BACKUP_KEY_FILE?"),
    ({"ENVIROMENT": "production"}, "ENVIROMENT: okänt namn, menar du ENVIRONMENT?"),
    ({**PRODUCTION, "BACKUP_KEY": "age1"}, "BACKUP_KEY: okänt namn, menar du BACKUP_KEY_FILE?"),
    ({**PRODUCTION, "EMAIL_PASSWORD": "hemligt"}, "EMAIL_PASSWORD: okänt namn, menar du EMAIL_HOST_PASSWORD?"),
    ({**PRODUCTION, "WORKER_COUNT": "4"}, "WORKER_COUNT: okänt namn, menar du WORKER"),
    ({"Environment": "production"}, "Environment: okänt namn, menar du ENVIRONMENT?"),
    ({"DATABASE_URI": "postgres:///hemligt"}, "DATABASE_URI: okänt namn, menar du DATABASE_URL?"),
    ({"SECRET_KEY_FIL": "/hemligt"}, "SECRET_KEY_FIL: okänt namn, menar du SECRET_KEY_FILE?"),
    ({"SECRET_KEY_FILE": "/proc/nowhere"}, "SECRET_KEY_FILE: filen /proc/nowhere går inte att läsa"),
    ({"SECRET_KEY_FILE": "/dev/null"}, "SECRET_KEY_FILE: filen /dev/null är tom"),
    ({**PRODUCTION, "SECRET_KEY_FILE": "/dev/null"}, "SECRET_KEY: är satt både här och i SECRET_KEY_FILE"),
]
# In the shells of others.
STRANGE = ["HOSTNAME", "HOSTS", "PORTS", "HOSTTYPE", "XDG_DATA_DIRS", "PGDATABASE", "EMAIL", "DEBUGINFOD_URLS", "NAME"]


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
    assert done.stderr == "PORT: ska vara ett heltal från 1 till 65535\n"


def test_production_settings_are_accepted() -> None:
    settings = load(**PRODUCTION)
    assert settings["SECRET_KEY"] == "abcde" * 10
    assert settings["ALLOWED_HOSTS"] == ["example.org"]
    assert load(**PRODUCTION | {"SITE_URL": "https://example.org/"})["SITE_URL"] == "https://example.org"


def test_names_of_other_programs_are_left_alone() -> None:
    assert load(**dict.fromkeys(STRANGE, "x"))["LOCAL"]


def test_https_address_of_a_local_site_is_asked_for() -> None:
    settings = load(SITE_URL="https://example.org", ALLOW_INSECURE="1")
    assert settings["SITE_URL"] == "https://example.org"


def test_production_on_sqlite_is_asked_for() -> None:
    settings = load(**PRODUCTION | {"DATABASE_URL": "sqlite:////srv/db.sqlite3"})
    assert settings["DATABASES"]["default"]["NAME"] == "/srv/db.sqlite3"


def test_database_url_is_taken_apart() -> None:
    for url, expected in {
        "postgres://a%40b:p%2Fs@host:5/site?sslmode=require": ("a@b", "p/s", "host", "5", "site"),  # no secret
        "postgresql://%2Fvar%2Frun/site": ("", "", "/var/run", "", "site"),
    }.items():
        database = load(DATABASE_URL=url)["DATABASES"]["default"]
        assert tuple(database[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")) == expected
        assert database["OPTIONS"].get("sslmode") == ("require" if "sslmode" in url else None)


def test_place_of_backups_is_a_folder_or_a_bucket() -> None:
    for where in ("/srv/kopior", "s3://hink", "s3://hink/mapp/"):
        assert load(BACKUP_DIR=where)["BACKUP_DIR"] == where


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    for name, value in {"SECRET_KEY": "fghij" * 10, "DATABASE_URL": "postgres:///from_a_file"}.items():
        (tmp_path / name).write_text(f"{value}\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in ("SECRET_KEY", "DATABASE_URL")}
    settings = load(**PRODUCTION | {"SECRET_KEY": "", "DATABASE_URL": ""} | files)
    assert settings["SECRET_KEY"] == "fghij" * 10
    assert settings["DATABASES"]["default"]["NAME"] == "from_a_file"


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
        with pytest.raises(SystemExit, match=r"^DEFAULT_FROM_EMAIL: ska vara som"):
            load(DEFAULT_FROM_EMAIL=raw)
