"""Read settings from the environment: a bad value stops the program with its name and, in Swedish, what it should be.

Ours rather than a library's: django-environ and environs raise an exception with a traceback, which holds the value.
"""

import os
import re
import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from email.headerregistry import HeaderRegistry
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import pyrage
from django.http.request import validate_host

T = TypeVar("T")
# May be in a file instead, named by the variable with _FILE at its end, as containers and systemd keep secrets.
SECRETS = ["SECRET_KEY", "DATABASE_URL", "EMAIL_HOST_PASSWORD", "OIDC_CLIENT_SECRET"]
NAMES = [
    *SECRETS,
    *(f"{name}_FILE" for name in SECRETS),
    *("ENVIRONMENT", "DEBUG", "ALLOW_INSECURE", "DATA_DIR", "CONTENT_DIR", "HOST", "PORT", "SITE_URL", "ALLOWED_HOSTS"),
    *("TRUSTED_PROXY_COUNT", "SECURITY_CONTACT", "MEDIA_URL", "BACKUP_DIR", "BACKUP_RECIPIENT", "BACKUP_KEY_FILE"),
    *("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_USE_TLS", "DEFAULT_FROM_EMAIL"),
    *("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_NAME", "OIDC_EMAIL_IS_VERIFIED"),
    *("HEALTH_NETWORKS", "LOG_FORMAT", "WORKERS", "WORKER_THREADS", "WORKER_MEMORY"),
    *("MOLNDAL_ENV", "SERVICE_USER"),  # molndal_intl/installation.py
]
BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
PLACE = r"/.+|s3://[^/\s?#]+(?:/[^\s?#]*)?"
FAMILIES = ("BACKUP_", "EMAIL_", "OIDC_", "WORKER", "HEALTH_", "TRUSTED_")
DATABASES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")


def refuse_misspelt() -> None:
    """Raises SystemExit for a name that is almost one of ours: with ENVIROMENT=production the site would run as local.

    Other programs' names are left alone, and so are short ones, such as HOME beside HOST. In production a name that
    begins as ours do is taken for one of ours: with BACKUP_KEY backups would not be encrypted.
    """
    families = FAMILIES if os.environ.get("ENVIRONMENT") == "production" else ()
    for name in {*os.environ} - {*NAMES}:
        cutoff = 0.4 if name.startswith(families) else 0.85
        meant = get_close_matches(name.upper(), NAMES, n=1, cutoff=cutoff) if len(name) > 5 else []
        require(not meant, f"{name}: okänt namn, menar du {''.join(meant)}?")


def raw_value(name: str) -> str:
    """What a variable says, or the file that it names: SECRET_KEY_FILE for SECRET_KEY."""
    assert name in NAMES, f"{name} is missing in NAMES"
    value = os.environ.get(name, "").strip()
    file = os.environ.get(f"{name}_FILE", "").strip() if name in SECRETS else ""
    if not file:
        return value
    require(not value, f"{name}: är satt både här och i {name}_FILE, behåll en av dem")
    try:
        value = Path(file).read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "inte text")
        raise SystemExit(f"{name}_FILE: filen {file} går inte att läsa ({reason})") from None
    require(value, f"{name}_FILE: filen {file} är tom")
    return value


def read(name: str, default: T, parse: Callable[[str], T], expected: str = "") -> T:
    """Return the parsed value of a variable, or the default where it is unset or empty.

    Raises SystemExit with one line, "NAME: what it should be", where the value cannot be parsed.
    """
    raw = raw_value(name)
    if not raw:
        return default
    try:
        return parse(raw)
    except (ValueError, KeyError, pyrage.RecipientError):
        raise SystemExit(f"{name}: {expected}") from None


def require(is_met: Any, message: str) -> None:
    """Raises SystemExit with the message, "NAME: what it should be", where settings do not go together."""
    if not is_met:
        raise SystemExit(message)


def text(name: str, default: str = "") -> str:
    return read(name, default, str)


def boolean(name: str, default: bool) -> bool:
    return read(name, default, lambda raw: BOOLEANS[raw.lower()], "ska vara 1 eller 0")


def integer(name: str, default: int, low: int, high: int) -> int:
    numbers = {str(number): number for number in range(low, high + 1)}
    return read(name, default, lambda raw: numbers[raw], f"ska vara ett heltal från {low} till {high}")


def names(name: str) -> list[str]:
    return read(name, [], lambda raw: [part.strip() for part in raw.split(",") if part.strip()])


def networks(name: str) -> list[Any]:
    expected = "ska vara nätverk som 10.1.0.0/16, med komma emellan"
    return read(name, [], lambda raw: [ip_network(part.strip()) for part in raw.split(",")], expected)


def matching(name: str, default: str, pattern: str, expected: str) -> str:
    """A text that matches the regular expression; the expression's first group, where it has one."""

    def parse(raw: str) -> str:
        if not (match := re.fullmatch(pattern, raw)):
            raise ValueError
        return match[match.re.groups and 1]

    return read(name, default, parse, f"ska vara {expected}")


def email(name: str) -> str:
    """A sender, as a mail names it; empty where there is none."""

    def parse(raw: str) -> str:
        header: Any = HeaderRegistry()("From", raw)
        if header.defects or len(header.addresses) != 1 or not header.addresses[0].domain:
            raise ValueError
        return raw

    expected = 'ska vara som webb@example.org, Stadens webb <webb@example.org> eller "Staden, webb" <webb@example.org>'
    return read(name, "", parse, expected)


def path(name: str, default: Path | None) -> Any:
    """An absolute path: a relative one would depend on where a command is started."""

    def parse(raw: str) -> Path:
        if not Path(raw).is_absolute():
            raise ValueError
        return Path(raw)

    return read(name, default, parse, "ska vara en hel sökväg, som börjar med /")


def recipients(name: str, former: str) -> list[str]:
    """Public keys of age. Set to nothing it is refused, as what should be encrypted would then not be."""
    moved = f"{former}: ersatt av {name}, den publika nyckeln (age-keygen -y FIL). Flytta filen från servern"
    require(former not in os.environ, moved)
    require(os.environ.get(name, "-").strip(), f"{name}: är tom. Ange en nyckel, eller ta bort raden")

    def parse(raw: str) -> list[str]:
        return [str(pyrage.x25519.Recipient.from_str(part.strip())) for part in raw.split(",")]

    return read(name, [], parse, "ska vara en publik nyckel som age1… från age-keygen; flera med komma emellan")


def database(name: str, default: Path | None) -> dict[str, Any]:
    """Django's settings of a database: what a URL says, or SQLite in the default file, where there is one."""

    def parse(raw: str) -> dict[str, Any]:
        if raw.startswith("sqlite:////"):
            return {"ENGINE": DATABASES[1], "NAME": unquote(raw.removeprefix("sqlite:///"))}
        if not raw.startswith(("postgres://", "postgresql://")):
            raise ValueError
        from psycopg import ProgrammingError, conninfo  # here, as it takes 9 MB of a site on SQLite

        try:
            parts = conninfo.conninfo_to_dict(raw)
        except ProgrammingError as error:
            raise ValueError from error
        config = {name.upper(): parts.pop(name, "") for name in ("user", "password", "host", "port")}
        int(config["PORT"] or 0)  # ValueError if it is no number
        return config | {"ENGINE": DATABASES[0], "NAME": parts.pop("dbname"), "OPTIONS": parts}

    expected = "ska vara som postgres://user:password@host:5432/database eller sqlite:////mapp/db.sqlite3"
    require(default or raw_value(name), f"{name}: måste anges i drift, {expected}")
    return read(name, {"ENGINE": DATABASES[1], "NAME": default}, parse, expected)


def city(file: Path, locale: Path) -> dict[str, Any]:
    """What the city is called in each language, from a TOML file; its languages are among those of the catalogues."""
    known = sorted(path.name for path in locale.iterdir())
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SystemExit(f"CONTENT_DIR: {file} går inte att läsa ({error})") from None
    languages = found.get("languages", {})
    wanted = f"ska ha språk bland {', '.join(known)}, med sv först"
    require(next(iter(languages), "") == "sv" and set(languages) <= set(known), f"CONTENT_DIR: {file} {wanted}")
    for code, names in languages.items():
        missing = {"language", "city", "body"} - set(names)
        require(not missing, f"CONTENT_DIR: {file} saknar {', '.join(sorted(missing))} för {code}")
    is_whole = str(found.get("website", "")).startswith("https://") and len(found.get("map_centre", [])) == 2
    require(is_whole, f"CONTENT_DIR: {file} ska ha website (https://…) och map_centre (latitud och longitud)")
    return found


def check_key(is_local: bool, key: str) -> None:
    """Whether the key of a site in production is long, and of several characters as Django's check W009 asks."""
    is_good = is_local or (len(key) >= 50 and len(set(key)) >= 5)
    require(is_good, "SECRET_KEY: ska i drift vara minst 50 slumpade tecken")


def check_addresses(is_local: bool, site_url: str, hosts: list[str]) -> None:
    """Whether the site's own address goes with its environment and with the names it answers to."""
    is_https = site_url.startswith("https://")
    if is_local:
        require(
            not is_https or boolean("ALLOW_INSECURE", False),
            "SITE_URL: börjar med https, men ENVIRONMENT är local, utan skydden för drift. Sätt ENVIRONMENT=production"
            " (eller ALLOW_INSECURE=1, om det är meningen)",
        )
        return
    require(site_url and hosts, "ALLOWED_HOSTS, SITE_URL: måste anges i drift, med webbplatsens namn")
    require(is_https, "SITE_URL: ska i drift börja med https://")
    require("*" not in hosts, "ALLOWED_HOSTS: ska i drift räkna upp webbplatsens namn, inte *")
    host = urlsplit(site_url).hostname or ""
    require(validate_host(host, hosts), f"ALLOWED_HOSTS: saknar {host}, som SITE_URL leder till")
