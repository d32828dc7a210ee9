"""Reads the environment loudly: a bad value stops the program with its name and what it should be.

The value itself is never printed, as it may hold a secret.
"""

import os
import re
from base64 import b64decode
from collections.abc import Callable
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
        if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+|[^<>\r\n]+ <[^\s@<>]+@[^\s@<>]+>", raw):
            raise ValueError
        return raw

    return read(name, "", parse, "should be like webb@example.org or Mölndals stad <webb@example.org>")


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


def identity_provider(name: str) -> dict[str, Any]:
    """What the metadata in a file says of an identity provider (SAML): its name, address and certificates.

    Empty where the variable is. What reads it takes memory, and is imported only then.
    """

    def parse(raw: str) -> dict[str, Any]:
        from cryptography.x509 import load_der_x509_certificate
        from lxml.etree import LxmlError
        from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

        try:
            told = OneLogin_Saml2_IdPMetadataParser.parse(Path(raw).read_bytes())["idp"]
            certificates = told.get("x509certMulti", {}).get("signing") or [told["x509cert"]]
            for certificate in certificates:
                load_der_x509_certificate(b64decode(certificate))
            url = told["singleSignOnService"]["url"]
            if not re.fullmatch(r"https?://[^\s/]+\S*", url):
                raise ValueError
        except (OSError, LxmlError) as error:
            raise ValueError from error
        return {
            "entityId": told["entityId"],
            "singleSignOnService": {"url": url},
            "x509certMulti": {"signing": certificates},
        }

    expected = "should be a file with the SAML metadata of one identity provider that can be asked by HTTP-Redirect"
    return read(name, {}, parse, expected)
