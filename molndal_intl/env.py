"""Reads the environment loudly: a bad value stops the program with its name and what it should be.

The value itself is never printed, as it may hold a secret.
"""

import os
import re
from collections.abc import Callable
from email.headerregistry import HeaderRegistry
from pathlib import Path
from typing import Any, TypeVar

import dj_database_url

T = TypeVar("T")
BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def read(name: str, default: T, parse: Callable[[str], T], expected: str) -> T:
    """Return the parsed value of a variable, or the default where it is unset or empty.

    Raises SystemExit with one line, "NAME: what it should be", where the value cannot be parsed.
    """
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return parse(raw)
    except (ValueError, KeyError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError):
        raise SystemExit(f"{name}: {expected}") from None


def boolean(name: str, default: bool) -> bool:
    return read(name, default, lambda raw: BOOLEANS[raw.lower()], "should be 1 or 0")


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    return read(name, default, lambda raw: choices[choices.index(raw)], f"should be {' or '.join(choices)}")


def integer(name: str, default: int, low: int, high: int) -> int:
    def parse(raw: str) -> int:
        if not low <= int(raw) <= high:
            raise ValueError
        return int(raw)

    return read(name, default, parse, f"should be a whole number from {low} to {high}")


def names(name: str, default: list[str]) -> list[str]:
    return read(name, default, lambda raw: [part.strip() for part in raw.split(",") if part.strip()], "")


def url(name: str, default: str) -> str:
    def parse(raw: str) -> str:
        scheme, _, host = raw.rstrip("/").partition("://")
        if scheme not in {"http", "https"} or not host or "/" in host:
            raise ValueError
        return raw.rstrip("/")

    return read(name, default, parse, "should be an address like https://international.molndal.se, without a path")


def folder_url(name: str, default: str) -> str:
    """A path of this site or a whole address, ending with a slash."""

    def parse(raw: str) -> str:
        if not re.fullmatch(r"(https?://[a-z0-9.:\[\]-]+)?(/[\w.-]+)*/", raw):
            raise ValueError
        return raw

    return read(name, default, parse, "should be an address like https://bilder.molndal.se/media/, ending with /")


def contact(name: str) -> str:
    """An address to write to or a page to go to, as a URI (RFC 9116, 2.5.3); empty where there is none."""

    def parse(raw: str) -> str:
        if not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|https://[^\s/]+\S*", raw):
            raise ValueError
        return raw

    return read(name, "", parse, "should be like mailto:security@example.org or https://example.org/report")


def email(name: str) -> str:
    """A sender, as a mail names it; empty where there is none."""

    def parse(raw: str) -> str:
        header: Any = HeaderRegistry()("From", raw)
        if header.defects or len(header.addresses) != 1 or not header.addresses[0].domain:
            raise ValueError
        return raw

    expected = 'should be like webb@example.org, Mölndals stad <webb@example.org> or "City, web" <webb@example.org>'
    return read(name, "", parse, expected)


def database(name: str, default: Path) -> dict[str, Any]:
    """Settings of the database: SQLite in the given file, or what a URL says."""
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": default}

    def parse(raw: str) -> dict[str, Any]:
        config = dict(dj_database_url.parse(raw))
        if (
            config["ENGINE"] not in {"django.db.backends.postgresql", "django.db.backends.sqlite3"}
            or not config["NAME"]
        ):
            raise ValueError
        return config

    expected = "should be like postgres://user:password@host:5432/database or sqlite:////folder/db.sqlite3"
    return read(name, sqlite, parse, expected)
