"""A finished page: its bytes in every encoding and its headers, ready to be sent."""

import gzip
import hashlib
import re
from functools import lru_cache
from typing import Any

import brotli
from django.utils.http import http_date

Headers = list[tuple[str, str]]
# Made by us: from what the page is, not from what the view said.
OURS = {"content-length", "content-encoding", "vary", "etag", "last-modified", "date"}
TEXT = re.compile(r"text/|application/(json|.+\+(json|xml)|xml|rss)|image/svg")
# A quarter of the time of the next step, for one hundredth more bytes.
BROTLI_QUALITY, GZIP_LEVEL = 5, 6


@lru_cache(256)
def best_encoding(accepted: str) -> str:
    """The encoding to answer with, by an Accept-Encoding header: "br", "gzip" or, for none, "" (RFC 9110, 12.5.3).

    A client that accepts nothing (`*;q=0`) gets the page unencoded, as the RFC allows.
    """
    takes: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        takes[name.strip()] = not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return next((name for name in ("br", "gzip") if takes.get(name, takes.get("*", False))), "")


def may_be_shared(status: str, headers: Headers) -> bool:
    """Whether a response is the same for everyone: no cookie, no nonce, no Vary but on the encoding."""
    if status[:3] not in {"200", "301", "302", "308"}:
        return False
    for name, value in headers:
        match name.lower():
            case "set-cookie" | "content-encoding" | "www-authenticate":
                return False
            case "vary" if value.lower().replace(" ", "") != "accept-encoding":
                return False
            case "cache-control" if value.startswith(("private", "no-store")):
                return False
            case "content-security-policy" if "'nonce-" in value:
                return False
    return True


def etag_of(body: bytes) -> str:
    return f'W/"{hashlib.sha256(body).hexdigest()[:12]}"'


class Page:
    """One address's answer. Of a page the ETag alone tells whether it has changed; a file has its date beside it.

    `generation` is the watch's when it was begun, so it holds nothing older than that. What is packed is not held
    unpacked too: the few who take no encoding have it unpacked for them."""

    __slots__ = ("answers", "common", "etag", "generation", "modified", "not_modified", "status")

    def __init__(self, status: str, headers: Headers, body: bytes, modified: float) -> None:
        self.status, self.modified, self.etag = status, modified, etag_of(body)
        self.generation = -1
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        dated = [] if kind.startswith("text/html") else [("Last-Modified", http_date(modified))]
        views = [(name, value) for name, value in headers if name.lower() not in OURS]
        self.common = common = [*views, ("ETag", self.etag), *dated, ("Vary", "Accept-Encoding")]
        packed = {"": body}
        if TEXT.match(kind) and len(body) > 200:
            packed = {"gzip": gzip.compress(body, GZIP_LEVEL, mtime=0)}
            packed["br"] = brotli.compress(body, quality=BROTLI_QUALITY)
        self.answers = {name: (self.labelled(common, name, data), [data]) for name, data in packed.items()}
        self.not_modified = [
            (name, value)
            for name, value in common
            if name.lower() in {"etag", "last-modified", "vary", "cache-control", "content-security-policy"}
        ]

    @staticmethod
    def labelled(common: Headers, encoding: str, data: bytes) -> Headers:
        label = [("Content-Encoding", encoding)] if encoding else []
        return [*common, *label, ("Content-Length", str(len(data)))]

    def unpacked(self) -> tuple[Headers, list[bytes]]:
        """What a client gets that takes none of the encodings."""
        if "gzip" not in self.answers:
            return self.answers[""]
        body = gzip.decompress(self.answers["gzip"][1][0])
        return self.labelled(self.common, "", body), [body]

    @property
    def size(self) -> int:
        """Bytes of memory, near enough."""
        return 2000 + sum(len(data[0]) for _headers, data in self.answers.values())

    def is_held_by(self, environ: dict[str, Any]) -> bool:
        """Whether the client has this page (RFC 9110, 13.2.2). Only a date that we have sent counts."""
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is not None:
            return tags.strip() == "*" or self.etag[2:] in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool(environ.get("HTTP_IF_MODIFIED_SINCE") == http_date(self.modified))
