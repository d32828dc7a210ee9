"""Safety headers of every kind of response in production, what they stop in real Chromium, and what is logged."""

import gzip
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from playwright.sync_api import Browser

from molndal_intl.policies import PERMISSIONS
from publishing.stylesheet import INTEGRITY, csp_source
from tests.browser.conftest import Site
from tests.browser.page_kinds import FORM, KINDS
from tests.pagecache.conftest import front
from tests.servers import PROXY, free_port, start, stop

__all__ = ["front"]

SITE_URL = "https://example.org"
CSP_SOURCE = csp_source(settings.STYLESHEET)
PUBLIC = {
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self'",
    "manifest-src 'self'",
    "require-trusted-types-for 'script'",
    f"script-src '{INTEGRITY}'",
    f"style-src {CSP_SOURCE}",
    "trusted-types 'none'",
}
STAFF = {line for line in PUBLIC if not line.startswith(("require", "trusted", "script", "style"))} | {
    "script-src 'self'",
    f"style-src 'self' {CSP_SOURCE}",
}
LOCKED_IN = {"default-src 'none'", "frame-ancestors 'none'", "sandbox"}
ALWAYS = {
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": PERMISSIONS,
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
}
MOST_BYTES = 900  # of a public page's headers
# The MDN HTTP Observatory's points above or below 100 (developer.mozilla.org, "Tests and scoring"): what earns them, by
# header. HTTPS, no cookie and no script of another site earn and cost nothing.
POINTS = {
    "content-security-policy": ("default-src 'none'", 10),
    "cross-origin-resource-policy": ("same-origin", 10),
    "referrer-policy": ("same-origin", 5),
    "x-frame-options": ("frame-ancestors", 5),  # said by the policy
}
SCRIPTS_HAVE_DIGESTS = 5
COSTS = {"strict-transport-security": 20, "x-content-type-options": 5}  # where they are missing
# Headers that are no promise of safety; any other that turns up fails the test.
ORDINARY = {
    "accept-ranges",
    "allow",
    "cache-control",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expires",
    "last-modified",
    "location",
    "retry-after",
    "server",
    "transfer-encoding",
    "vary",
}
FILES = [
    "/sitemap.xml",
    "/robots.txt",
    "/manifest.webmanifest",
    "/favicon.ico",
    "/.well-known/security.txt",
    "/andringar/",
    "/data/catalog.jsonld",
    "/data/catalog.rdf",
    "/data/towns.geojson",
    "/data/finns-inte.json",
]


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def value(self, name: str) -> str:
        """The header, which is there once at most."""
        found = [value for key, value in self.headers if key.lower() == name]
        assert len(found) <= 1, (name, found)
        return found[0] if found else ""

    @property
    def html(self) -> str:
        packed = self.value("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode(errors="replace")


@dataclass
class Server:
    """A server in production, and a proxy before it that takes requests over HTTPS."""

    port: int
    printed: Path

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Host": "example.org", **PROXY, **({"Content-Type": FORM} if body else {}), **headers}
        connection.request(method, path, body=body or None, headers={k: v for k, v in sent.items() if v})
        response = connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        connection.close()
        return answer


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    """On the folder and the database of the local site, so that nothing has to be made ready."""
    port = free_port()
    environment = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "example.org,127.0.0.1",
        "SITE_URL": SITE_URL,
        "TRUSTED_PROXY_COUNT": "1",
    }
    database_url = site.database_url or f"sqlite:///{site.data_dir}/db.sqlite3"  # not left to a default there
    process, printed = start(site.data_dir, database_url, port, **environment)
    yield Server(port, printed)
    stop(process)


def check(what: object, headers: list[tuple[str, str]], policy: set[str]) -> None:
    """The safety headers are these and no others, each of them once, and there is no cookie."""
    found = {name.lower(): value for name, value in headers}
    assert len(found) == len(headers), (what, headers)
    if policy >= STAFF - {"script-src 'self'"}:
        assert found.pop("cross-origin-opener-policy") == "same-origin", what
    said = re.sub(r" 'nonce-[\w+/=-]{22,}'", " 'nonce'", found.pop("content-security-policy"))
    assert set(said.split("; ")) == policy, what
    safety = {name: value for name, value in found.items() if name not in ORDINARY}
    safety.pop("access-control-allow-origin", None)  # open data; test_open_data.py says where
    safety.pop("speculation-rules", None)  # tests/molndal_intl/test_speculation.py says where
    assert safety == ALWAYS, what


def files_of(site: Site, server: Server) -> list[str]:
    """One static file and one picture of each ending."""
    root = Path(site.data_dir)
    (root / "media/pictures").mkdir(parents=True, exist_ok=True)
    for ending in ("png", "webp", "avif"):
        (root / f"media/pictures/headers.{ending}").write_bytes(b"picture")
    first: dict[str, str] = {}
    for path in sorted([*(root / "static/site").rglob("*"), *(root / "media/pictures").rglob("*")]):
        if path.is_file() and path.suffix not in {".br", ".gz"}:
            first.setdefault(f"{path.relative_to(root).parts[0]}{path.suffix}", f"/{path.relative_to(root)}")
    assert {"static.js", "static.svg", "media.png", "media.webp", "media.avif"} <= set(first)
    return list(first.values())


def observatory(answer: Answer) -> int:
    """The points that a page gets."""
    found = {name.lower(): value for name, value in answer.headers}
    found["x-frame-options"] = found["content-security-policy"]
    points = sum(points for name, (text, points) in POINTS.items() if text in found.get(name, ""))
    scripts = re.findall(r"<script\b[^>]*>", answer.html)
    digests = SCRIPTS_HAVE_DIGESTS if scripts and all('integrity="sha' in script for script in scripts) else 0
    return 100 + points + digests - sum(cost for name, cost in COSTS.items() if name not in found)


def test_every_kind_of_page_has_the_safety_headers(server: Server) -> None:
    """Few and rated high, as sent over HTTP/1.1; asked again and again, as pages from the cache pass no middleware."""
    for kind in KINDS:
        over_http = server.ask(kind.path, **{"X-Forwarded-Proto": ""})
        assert (over_http.status, over_http.value("location")) == (301, SITE_URL + kind.path)
        for encoding in ("gzip", "br", ""):
            method = "POST" if kind.posted else "GET"
            answer = server.ask(kind.path, method, kind.posted, **{"Accept-Encoding": encoding})
            assert answer.status == kind.status, kind
            check(kind, answer.headers, PUBLIC)
            sent = len(b"HTTP/1.1 200 OK\r\n\r\n") + sum(len(f"{name}: {value}\r\n") for name, value in answer.headers)
            assert sent <= MOST_BYTES, (kind, sent)
            if encoding != "br":
                assert observatory(answer) >= 130, kind


def test_every_kind_of_file_has_the_safety_headers(server: Server, site: Site) -> None:
    home = server.ask("/")
    share_picture = re.search(r'property="og:image" content="https://example.org([^"]+)"', home.html)
    card = re.search(r'href="([^"]+\.vcf)"', server.ask("/kontakt/").html)
    assert share_picture
    assert card
    locked_in = files_of(site, server)
    for path in [*FILES, share_picture[1], card[1], *locked_in]:
        answer = server.ask(path)
        assert answer.status == (404 if "finns-inte" in path else 200), path
        check(path, answer.headers, LOCKED_IN if path in locked_in else PUBLIC)


def test_every_refusal_has_the_same_headers(server: Server) -> None:
    for status, path, method, body, headers in (
        (301, "/natverk", "GET", "", {}),
        (304, "/", "GET", "", {"If-None-Match": "*"}),
        (400, "/?page=%00", "GET", "", {}),
        (400, "/", "GET", "", {"Host": "evil.example"}),
        (403, "/aterkoppling/", "POST", "page=x", {"Origin": "https://evil.example"}),
        (403, "/admin/login/", "POST", "username=x", {}),
        (404, "/media/pictures/finns-inte.png", "GET", "", {}),
        (404, "/static/site/finns-inte.js", "GET", "", {}),
        (403, "/", "POST", "a=b", {}),  # a post without a token
        (403, "/media/pictures/x.png", "DELETE", "", {}),
        (405, "/", "OPTIONS", "", {}),
        (405, "/media/pictures/x.png", "OPTIONS", "", {}),
        (410, "/om/borttagen/", "GET", "", {}),
    ):
        answer = server.ask(path, method, body, **headers)
        assert answer.status == status, (path, method)
        if status == 304:  # a browser keeps the headers of the answer that it holds (RFC 9111, 4.3.4)
            assert set(answer.value("content-security-policy").split("; ")) == PUBLIC
        else:
            check((path, method), answer.headers, STAFF if path.startswith("/admin/") else PUBLIC)


def test_to_plain_http_too(server: Server) -> None:
    """All but HSTS, which a browser would not believe there (RFC 6797, 8.1)."""
    for headers in ({}, {"Host": "evil.example"}):
        answer = server.ask("/", **{"X-Forwarded-Proto": "", **headers})
        assert answer.status == (400 if headers else 301)
        hsts = ("strict-transport-security", ALWAYS["strict-transport-security"])
        check(headers, [*answer.headers, hsts], PUBLIC)


def test_the_login_page_has_the_safety_headers(server: Server) -> None:
    answer = server.ask("/admin/login/")
    kept = [(name, value) for name, value in answer.headers if name.lower() != "set-cookie"]
    check("login", kept, STAFF - {"script-src 'self'"} | {"script-src 'self' 'nonce'"})  # passkeys
    for value in (value for name, value in answer.headers if name.lower() == "set-cookie"):
        assert {"Secure", "SameSite=Lax"} <= set(value.split("; ")), value


PERSON = {
    "X-Forwarded-For": "192.0.2.77",
    "User-Agent": "Mozilla/5.0 (Hemlig telefon)",
    "Referer": "https://example.org/hemlig-sida",
    "Cookie": "sessionid=hemligkaka",
}


def test_the_log_names_nobody(server: Server) -> None:
    for path, body in (
        ("/finns-inte/?namn=Hemlig+Person", ""),
        ("/sok/?q=hemlig", ""),
        ("/admin/?next=hemlig", ""),
        ("/admin/login/", "username=hemlig&password=hemligt"),
        ("/aterkoppling/", "page=hemlig&comment=hemlig"),
        ("/aterkoppling/", "hemlig=%00"),
        ("/?hemlig=%00", ""),
        ("/data/hemlig.json?hemlig=1", "hemlig"),
    ):
        server.ask(path, "POST" if body else "GET", body, **PERSON)
    server.ask("/", Host="hemlig.example")
    said = server.printed.read_text()
    assert "Not Found: /finns-inte/" in said
    written = said.partition("Ctrl+C\n")[2].splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\S+ (WARNING|ERROR) [0-9a-f]{16} ", line) for line in written), said
    for secret in ("192.0.2.77", "namn=", "Person", "telefon", "hemlig-sida", "hemligkaka", "hemligt", "q=hemlig"):
        assert secret not in said, said
    assert "127.0.0.1" not in said, "an address of a reader"


def in_production(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


@pytest.mark.parametrize(("fault", "status"), [(ZeroDivisionError, 500), (OperationalError, 503)])
@pytest.mark.django_db
def test_our_own_faults_have_the_same_headers(
    settings: Any, monkeypatch: pytest.MonkeyPatch, fault: type[Exception], status: int
) -> None:
    def fail(*args: object) -> None:
        raise fault

    in_production(settings)
    monkeypatch.setattr("search.views.look_for", fail)
    answer = Client(raise_request_exception=False).get("/sok/", {"q": "x"}, headers=PROXY)
    assert answer.status_code == status
    check(status, list(answer.headers.items()), PUBLIC)


def test_trusted_types_stop_text_that_would_become_markup(chromium: Browser, site: Site) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.url)
    for script in ("document.body.innerHTML = '<p>x'", "document.write('x')", "trustedTypes.createPolicy('x', {})"):
        refused = f"(() => {{ try {{ {script} }} catch (error) {{ return error.name }} }})()"
        assert page.evaluate(refused) == "TypeError", script
    context.close()
