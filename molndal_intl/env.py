"""Read settings from the environment: a bad value stops the program with its name and what it should be.

Ours rather than a library's: django-environ and environs raise an exception with a traceback, which holds the value.
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
DATABASES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")


def read(name: str, default: T, parse: Callable[[str], T], expected: str = "") -> T:
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


def require(is_met: Any, message: str) -> None:
    """Raises SystemExit with the message, "NAME: what it should be", where settings do not go together."""
    if not is_met:
        raise SystemExit(message)


def text(name: str, default: str = "") -> str:
    return read(name, default, str)


def boolean(name: str, default: bool) -> bool:
    return read(name, default, lambda raw: BOOLEANS[raw.lower()], "should be 1 or 0")


def integer(name: str, default: int, low: int, high: int) -> int:
    numbers = {str(number): number for number in range(low, high + 1)}
    return read(name, default, lambda raw: numbers[raw], f"should be a whole number from {low} to {high}")


def names(name: str) -> list[str]:
    return read(name, [], lambda raw: [part.strip() for part in raw.split(",") if part.strip()])


def matching(name: str, default: str, pattern: str, expected: str) -> str:
    """A text that matches the regular expression; the expression's first group, where it has one."""

    def parse(raw: str) -> str:
        if not (match := re.fullmatch(pattern, raw)):
            raise ValueError
        return match[match.re.groups and 1]

    return read(name, default, parse, f"should be {expected}")


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
    """Django's settings of a database: SQLite in the given file, or what a URL says."""

    def parse(raw: str) -> dict[str, Any]:
        config = dict(dj_database_url.parse(raw))
        if config["ENGINE"] not in DATABASES or not config["NAME"]:
            raise ValueError
        return config

    expected = "should be like postgres://user:password@host:5432/database or sqlite:////folder/db.sqlite3"
    return read(name, {"ENGINE": DATABASES[1], "NAME": default}, parse, expected)
