"""What the front keeps, for whom, and what it leaves to Django."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import InterfaceError, OperationalError, connection, connections
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone

from contacts.models import Contact
from networks.models import Network
from pagecache.decorators import PUBLIC, public
from pagecache.front import is_our_name
from tests.browser.page_kinds import FOR_ONE, KINDS
from tests.factories import NetworkFactory, PageFactory
from tests.pagecache.conftest import Answer, InProcess
from tests.pagecache.fill import fill_articles, fill_pages_of_activities

pytestmark = pytest.mark.django_db
KEPT = [
    kind.path for kind in KINDS if kind.status == 200 and "?" not in kind.path and not kind.path.startswith(FOR_ONE)
]
SHARED = "max-age=0, s-maxage=1, stale-if-error=86400"
FILES = [
    "/sitemap.xml",
    "/robots.txt",
    "/data/towns.geojson",
    "/data/catalog.jsonld",
    "/data/catalog.rdf",
    "/andringar/",
]


@pytest.fixture(autouse=True)
def _as_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own connection stays open from request to request, as Django's test client sees to."""
    is_our_name.cache_clear()
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)


def test_every_kind_of_page_and_file_is_made_once(seeded: None, front: InProcess) -> None:
    fill_articles(3)
    fill_pages_of_activities()
    card = reverse("vcard", args=[Contact.objects.get(is_main=True).pk])
    for path in [*KEPT, *FILES, card]:
        first, second = front.get(path), front.get(path)
        assert front.rendered == [path]
        front.rendered.clear()
        assert first.status == "200 OK"
        assert first == second
        assert first.headers["cache-control"] == SHARED
        assert first.body == Client().get(path).content


def test_a_kept_page_has_every_header_of_django_s_own(fronts: Any, front: InProcess) -> None:
    live, kept = Client().get("/").headers, front.get("/").headers
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Speculation-Rules", "Referrer-Policy"):
        if name == "Content-Security-Policy":  # its order is that of a set
            assert sorted(kept[name.lower()].split("; ")) == sorted(live[name].split("; "))
        else:
            assert kept[name.lower()] == live[name]
    assert "nonce" not in kept["content-security-policy"]


def test_requests_that_are_not_for_anyone_go_to_django(fronts: Any, front: InProcess) -> None:
    front.get("/")
    for asked in (
        {"QUERY_STRING": "a=1"},
        {"HTTP_COOKIE": "a=b; sessionid=x"},
        {"HTTP_AUTHORIZATION": "Basic eA=="},
        {"SCRIPT_NAME": "/x"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "127.0.0.1:80:80"},
        {"HTTP_HOST": ""},
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"REQUEST_METHOD": "get"},
        {"REQUEST_METHOD": "PROPFIND"},
    ):
        front.rendered.clear()
        for _ in range(2):
            front.get("/", **asked)
        assert front.rendered == ["/"] * 2, asked
        assert len(front.pages) == 1


def test_odd_requests_are_answered_cold_and_warm(fronts: Any, front: InProcess) -> None:
    for asked, status in (
        ({"HTTP_HOST": "evil.example"}, "400 Bad Request"),
        ({"REQUEST_METHOD": "POST"}, "403 Forbidden"),
        ({"REQUEST_METHOD": "OPTIONS"}, "405 Method Not Allowed"),
        ({"HTTP_RANGE": "bytes=0-1"}, "200 OK"),
        ({"HTTP_ACCEPT_ENCODING": "*;q=0"}, "200 OK"),
        ({"HTTP_IF_NONE_MATCH": "junk"}, "200 OK"),
        ({"HTTP_IF_MODIFIED_SINCE": "junk"}, "200 OK"),
        ({"HTTP_IF_MATCH": '"x"'}, "200 OK"),
        ({"HTTP_COOKIE": "=;;="}, "200 OK"),
    ):
        front.pages.clear()
        assert front.get("/", **asked).status == status, asked
        front.get("/")
        assert front.get("/", **asked).status == status, asked


POISON = {
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_FOR": "evil.example",
    "HTTP_X_FORWARDED_PREFIX": "/evil.example",
    "HTTP_FORWARDED": "host=evil.example",
    "HTTP_X_ORIGINAL_URL": "/evil.example",
    "HTTP_X_REWRITE_URL": "/evil.example",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
    "HTTP_ACCEPT_LANGUAGE": "de",
    "HTTP_ACCEPT": "application/evil.example",
    "HTTP_REFERER": "https://evil.example/",
    "HTTP_USER_AGENT": "evil.example",
    "HTTP_COOKIE": "django_language=de; messages=evil.example; a=evil.example",
    "HTTP_ORIGIN": "https://evil.example",
    "HTTP_PAGECACHE_PUBLIC": "1",
    "HTTP_RANGE": "bytes=0-1",
    "HTTP_IF_NONE_MATCH": "*",
}


def test_no_header_reaches_the_next_reader(fronts: Any, front: InProcess) -> None:
    for path in ("/", "/data/towns.geojson"):
        right = Client().get(path).content
        for name, value in POISON.items():
            front.pages.clear()
            front.get(path, **{name: value})
            after = front.get(path)
            assert front.rendered.pop() == path
            assert front.rendered == []
            assert (after.status, after.body == right) == ("200 OK", True), name
            assert not [value for value in after.headers.values() if "evil" in value], name


ODD = ["//", "//natverk/", "/natverk//", "/%2F", "/natverk/%2e%2e/", "/\x00", "/\xe5\xff", "/" + "a" * 8000, "/natverk"]
OTHER = [
    "/finns-inte/",
    "/natverk/finns-inte/",
    "/sok/",
    "/aterkoppling/tack/",
    "/admin/login/",
    "/static/finns-inte.css",
]


def test_odd_and_private_paths_enter_nothing(fronts: Any, front: InProcess) -> None:
    for path in ODD + OTHER:
        front.get(path)
        answer = front.get(path)
        assert front.rendered == [path, path]
        front.rendered.clear()
        assert front.pages == {}
        assert not answer.status.startswith("5"), path


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, front: InProcess) -> None:
    monkeypatch.setattr("pagecache.front.MEMORY", 200_000)
    body = b"x" * 10_000

    def big(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        environ[PUBLIC] = True
        start("200 OK", [("Content-Type", "image/png"), ("Cache-Control", "public")])
        return [body]

    front.application = big
    for number in range(100):
        front.get(f"/{number}/")
        assert front.size == sum(page.size for page in front.pages.values()) <= 200_000
    assert "/99/" in front.pages
    assert 10 < len(front.pages) < 20


def test_head_is_get_without_a_body(fronts: Any, front: InProcess) -> None:
    cold, read, warm = front.get("/", "HEAD"), front.get("/"), front.get("/", "HEAD")
    assert cold == warm
    assert cold.headers == read.headers
    assert cold.body == b""
    assert front.get("/finns-inte/", "HEAD").body == b""
    assert front.rendered == ["/", "/finns-inte/"]


def test_a_reader_who_holds_the_page_gets_304_with_its_policy(fronts: Any, front: InProcess) -> None:
    etag = front.get("/").headers["etag"]
    held = front.get("/", HTTP_IF_NONE_MATCH=etag)
    assert (held.status, held.body) == ("304 Not Modified", b"")
    assert held.headers["etag"] == etag
    assert held.headers["cache-control"] == SHARED
    assert "content-security-policy" in held.headers


def edit(front: InProcess, **changes: Any) -> Answer:
    """The page before, and what readers get a second after it was changed."""
    Network.objects.update(**changes)
    front.a_second_later()
    return front.get("/natverk/x/")


@pytest.fixture
def network(fronts: Any) -> Any:
    return NetworkFactory(slug="x", summary_sv="Före.")


def test_an_edit_is_shown(network: Any, front: InProcess) -> None:
    assert "Före.".encode() in front.get("/natverk/x/").body
    assert b"Efter." in edit(front, summary_sv="Efter.").body


def test_an_edit_elsewhere_makes_the_page_anew_but_not_other(network: Any, front: InProcess) -> None:
    before = front.get("/natverk/x/")
    PageFactory(section="", published_at=None)
    front.a_second_later()
    after = front.get("/natverk/x/")
    assert front.rendered == ["/natverk/x/"] * 2
    assert after.headers["etag"] == before.headers["etag"]
    assert front.get("/natverk/x/", HTTP_IF_NONE_MATCH=before.headers["etag"]).status == "304 Not Modified"


def test_what_is_unpublished_is_gone_from_memory(network: Any, front: InProcess) -> None:
    front.get("/natverk/x/")
    assert edit(front, published_at=None).status == "404 Not Found"
    assert "/natverk/x/" not in front.pages


def test_who_is_logged_in_sees_the_live_page(network: Any, front: InProcess) -> None:
    front.get("/natverk/x/")
    Network.objects.update(summary_sv="Efter.")
    live = front.get("/natverk/x/", HTTP_COOKIE="sessionid=x")
    assert b"Efter." in live.body
    assert live.headers["cache-control"] == "private, no-cache"


def test_last_page_is_served_without_the_database(network: Any, front: InProcess) -> None:
    kept = front.get("/natverk/x/")
    for error in (OperationalError, InterfaceError):

        def fail(*args: object, error: type[Exception] = error) -> None:
            raise error("gone")

        front.a_second_later()
        with connection.execute_wrapper(fail):
            for _ in range(2):
                assert front.get("/natverk/x/") == kept
            assert front.get("/natverk/").status == "503 Service Unavailable"
            assert front.get("/aterkoppling/", "POST").status.startswith(("4", "5"))
        front.watch.silent_until = 0
    # and lives again once the database does
    Network.objects.update(summary_sv="Efter.")
    front.a_second_later()
    assert b"Efter." in front.get("/natverk/x/").body


def test_database_failing_midway_serves_the_last_page(network: Any, front: InProcess) -> None:
    kept = front.get("/natverk/x/")
    Network.objects.update(summary_sv="Efter.")
    front.a_second_later()
    front.watch.ask()

    def fail(*args: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(fail):
        assert front.get("/natverk/x/") == kept
    assert b"Efter." in front.get("/natverk/x/").body


def test_a_schedule_needs_no_edit(network: Any, front: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    start = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=2)
    end = start + timedelta(minutes=2)
    Network.objects.update(published_at=start, unpublished_at=end)
    assert front.get("/natverk/x/").status == "404 Not Found"
    assert front.watch.boundary == start.timestamp()
    for moment, status in ((start, "200 OK"), (end, "404 Not Found")):
        # Nothing is asked and nothing made anew until then; from then on the page is another.
        monkeypatch.setattr("pagecache.watch.time.time", lambda now=moment: now.timestamp() - 0.25)
        front.a_second_later()
        front.watch.ask()
        assert 0 < front.watch.good_until - time.monotonic() <= 0.25
        monkeypatch.setattr("pagecache.watch.time.time", moment.timestamp)
        monkeypatch.setattr(timezone, "now", lambda now=moment: now)
        front.a_second_later()
        assert front.get("/natverk/x/").status == status


def test_page_is_made_anew_when_the_clock_is_set_back(
    network: Any, front: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that came early, by a clock that was ahead, is hidden again."""
    start = timezone.now() + timedelta(hours=1)
    Network.objects.update(published_at=start)

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr("pagecache.watch.time.time", moment.timestamp)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        front.a_second_later()

    set_clock(start + timedelta(minutes=10))
    assert front.get("/natverk/x/").status == "200 OK"
    set_clock(start - timedelta(minutes=10))
    assert front.get("/natverk/x/").status == "404 Not Found"


def test_https_is_demanded_of_kept_pages_too(fronts: Any, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    front = InProcess()
    safe, unsafe = {"HTTP_X_FORWARDED_PROTO": "https"}, {"HTTP_X_FORWARDED_PROTO": "http"}
    for _ in range(2):
        for asked in (unsafe, {}):
            assert front.get("/", **asked).status == "301 Moved Permanently"
        assert front.get("/", **safe).headers["strict-transport-security"] == "max-age=60"


def test_views_that_are_not_public_say_so(seeded: None) -> None:
    """A new public page is marked by its developer; the search, the forms, the admin and one's own account are not."""

    def views(resolver: URLResolver) -> Any:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                yield pattern.callback
            elif not str(pattern.pattern).startswith(("admin/", "konto/")):
                yield from views(pattern)

    def is_public(view: Any) -> bool:
        return view.__code__.co_filename == public.__code__.co_filename or (
            hasattr(view, "__wrapped__") and is_public(view.__wrapped__)
        )

    unmarked = {view.__name__ for view in views(get_resolver()) if not is_public(view)}
    for_one_reader = {"media", "search", "answer", "why", "thanks", "report", "shared", "confirm"}
    assert unmarked == for_one_reader | {"nothing_here", "find_pages", "upload_picture"}


def test_a_form_in_a_kept_page_is_taken(fronts: Any, front: InProcess, client: Client) -> None:
    front.get("/")
    token = re.search(rb'name="page" value="([^"]+)"', front.get("/").body)
    assert token
    posted = urlencode({"page": token[1].decode(), "helped": "yes", "visit": "1"})
    answered = client.post("/aterkoppling/", posted, content_type="application/x-www-form-urlencoded")
    assert answered.status_code == 303
