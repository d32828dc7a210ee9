"""The score that the MDN HTTP Observatory would give an answer, by its published rules.

Rules: "HTTP Observatory tests and scoring" on MDN; modifiers as in mdn/mdn-http-observatory, src/grader/charts.js. Left
out are results that only a scan of the internet finds: preloaded HSTS (+5), invalid certificates.
"""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

Headers = Iterable[tuple[str, str]]
BROAD = {"*", "http:", "https:", "ftp:", "http://*", "http://*.*", "https://*", "https://*.*"}
SIX_MONTHS = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
UNSAFE = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}


def values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]


def policy(headers: Headers) -> dict[str, set[str]]:
    """The directives of the Content-Security-Policy."""
    found: dict[str, set[str]] = {}
    for directive in "; ".join(values(headers, "content-security-policy")).lower().split(";"):
        if words := directive.split():
            found.setdefault(words[0], set(words[1:]))
    return found


def content_security_policy(headers: Headers) -> int:
    found = policy(headers)
    if not found:
        return -25

    def sources(name: str) -> set[str]:
        return set(found.get(name, found.get("default-src", {"*"})))

    script, style = sources("script-src"), sources("style-src")
    for each in (script, style):
        if any(re.match(r"'(sha\d+|nonce)-", source) for source in each):
            each.discard("'unsafe-inline'")
    unsafe = BROAD | {"'unsafe-inline'", "data:"}
    active = {source for name, each in found.items() if name not in {"img-src", "media-src"} for source in each}
    passive = sources("img-src") | sources("media-src")
    if script & unsafe or sources("object-src") & BROAD or any(s.startswith(("http:", "ftp:")) for s in active):
        return -20
    if "'unsafe-eval'" in script | style or any(s.startswith(("http:", "ftp:")) for s in passive):
        return -10
    if style & unsafe:
        return 0
    return 10 if found.get("default-src") == {"'none'"} else 5


def cookies(headers: Headers) -> int:
    """Every cookie counts as one of a session, which is the harder rule."""
    found = [morsel for value in values(headers, "set-cookie") for morsel in SimpleCookie(value).values()]
    if not found:
        return 0
    secured = strict_transport_security(headers) >= 0
    worst = 5
    for morsel in found:
        if not morsel["httponly"]:
            worst = min(worst, -30)
        if not morsel["secure"]:
            worst = min(worst, -10 if secured else -40)
        if morsel["samesite"].lower() not in {"strict", "lax"}:
            worst = min(worst, -20 if morsel["samesite"] or "csrf" in morsel.key.lower() else 0)
    return worst


def cross_origin_resource_sharing(headers: Headers) -> int:
    allowed = values(headers, "access-control-allow-origin")
    return -50 if allowed and values(headers, "access-control-allow-credentials") == ["true"] else 0


def redirection(address: str, headers: Headers) -> int:
    """Of the answer over plain HTTP: it should lead to the same host over HTTPS at once."""
    target = [urlsplit(value) for value in values(headers, "location")]
    if not target:
        return -20
    if target[0].scheme != "https":
        return -10
    return 0 if target[0].hostname == urlsplit(address).hostname else -5


def referrer_policy(headers: Headers) -> int:
    said = [part.strip().lower() for value in values(headers, "referrer-policy") for part in value.split(",")]
    known = [part for part in said if part in PRIVATE | UNSAFE]
    if not said:
        return 0
    return 5 if known and known[-1] in PRIVATE else -5


def strict_transport_security(headers: Headers) -> int:
    said = values(headers, "strict-transport-security")
    age = re.search(r"(?:^|;)\s*max-age=(\d+)", said[0]) if said else None
    if age is None:
        return -20
    return 0 if int(age[1]) >= SIX_MONTHS else -10


class Scripts(HTMLParser):
    """The address and integrity of every script that is a file."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "script" and about.get("src"):
            self.found.append((about["src"] or "", about.get("integrity") or ""))


def subresource_integrity(headers: Headers, html: str) -> int:
    if not any(value.startswith("text/html") for value in values(headers, "content-type")):
        return 0
    scripts = Scripts(html).found
    worst = 5 if scripts and scripts[0][1] else 0
    for address, integrity in scripts:
        if address.startswith(("http:", "//")):
            worst = min(worst, -20 if integrity else -50)
        elif address.startswith("https:") and not integrity:
            worst = min(worst, -5)
    return worst


def x_content_type_options(headers: Headers) -> int:
    return 0 if [value.lower() for value in values(headers, "x-content-type-options")] == ["nosniff"] else -5


def x_frame_options(headers: Headers) -> int:
    if "frame-ancestors" in policy(headers):
        return 5
    return 0 if [v.lower() for v in values(headers, "x-frame-options")] in (["deny"], ["sameorigin"]) else -20


def cross_origin_resource_policy(headers: Headers) -> int:
    said = [value.lower() for value in values(headers, "cross-origin-resource-policy")]
    if not said:
        return 0
    return {"same-origin": 10, "same-site": 10, "cross-origin": 0}.get(said[0], -5)


def score(address: str, headers: Headers, html: str, over_http: Headers) -> int:
    """The score of one answer: 100, less what is missing; what is better than asked for counts from 90 only."""
    headers = list(headers)
    found = [
        content_security_policy(headers),
        cookies(headers),
        cross_origin_resource_sharing(headers),
        redirection(address, over_http),
        referrer_policy(headers),
        strict_transport_security(headers),
        subresource_integrity(headers, html),
        x_content_type_options(headers),
        x_frame_options(headers),
        cross_origin_resource_policy(headers),
    ]
    base = max(0, 100 + sum(modifier for modifier in found if modifier < 0))
    return base + sum(modifier for modifier in found if modifier > 0) if base >= 90 else base
