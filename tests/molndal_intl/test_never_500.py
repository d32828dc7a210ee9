"""No request to any address is answered with a 5xx status."""

from itertools import cycle, islice
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from feedback.tokens import AnswerToken
from tests.addresses import PARAMETER, fill, patterns
from tests.dashboard.test_every_address import GETS, OBJECT
from tests.dashboard.world import KINDS, UNSHARED, World, address, rolled_back, world
from tests.feedback.test_views import TOKEN
from tests.forms import filled_in

__all__ = ["world"]  # a fixture
pytestmark = pytest.mark.django_db

ZALGO = "Z" + "̴̡̛̙̈́" * 300
HARD = [
    "\0",
    "\ud800",
    "\u202egnu",
    ZALGO,
    "å" * 5000,
    "9" * 30,
    "-1",
    "%",
    "' OR 1=1 --",
    "<b>",
    "../../etc",
    "\r\nX: y",
]
METHODS = ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "FOO"]
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
# A type and a body that no browser sends.
PART = b'--x\r\nContent-Disposition: form-data; name="q"'
ODD_BODIES = [
    (f"{FORM}; charset=utf-7", b"q=+AGE-&_seen=x"),
    (f"{FORM}; charset=utf-16", "q=å&_seen=x".encode("utf-16")),
    (f"{FORM}; charset=nothing", b"q=x"),
    (f"{FORM}; charset=idna", b"q=\xff"),
    (f"{FORM}; charset=base64", b"q=\xff"),
    (FORM, b"\xff\xfe=%ff%fe&_seen=%ff&=&&&q=%00"),
    (FORM, b"&".join(b"q=1" for _ in range(6000))),
    (MULTIPART, b""),
    (MULTIPART, PART + b"\r\n\r\nnever ended"),
    (MULTIPART, PART + b'; filename="../\x00.png"\r\n\r\n\x89PNG\r\n--x--\r\n'),
    (MULTIPART, PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!\r\n--x--\r\n"),
    (MULTIPART, PART + b"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+A\r\n--x--"),
    (f"{MULTIPART}; charset=utf-16", PART + b"\r\n\r\nx\r\n--x--\r\n"),
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=" + "b" * 300, b"x"),
    ("application/json", b"{"),
    ("", b"x"),
    ("\xe5/\xe4; charset=\xf6", b"x"),
]  # fmt: skip
QUERIES = ["p=9999999999999999999", "o=x.-9.0", "q=" + "a" * 20000, "e=1", "_popup=1&_to_field=x", "q=%ff%fe", "=&;&"]
QUERIES += [urlencode({"q": text, text: text, "p": text}, errors="surrogatepass") for text in HARD]


# What stands in the addresses of public pages; the key is that of a partner's link.
VALUES: dict[str, Any] = {
    "slug": "sern", "number": 1, "year": 2020, "pk": 1, "model": "page", "digest": "x", "name": "towns.json",
    "provider_id": "stad", "key": UNSHARED, "uidb64": "MQ", "token": "x-y",
}  # fmt: skip


def every_address(world: World) -> list[str]:
    """One of each kind that leads somewhere, in Swedish and in another language."""
    paths = []
    for language in ("sv", "en"):
        with translation.override(language):
            for pattern in patterns():
                if pattern.startswith(("admin/", "forhandsvisning/")):
                    paths.append(address(world, pattern))
                else:
                    paths.append(fill(pattern, **VALUES))
    return sorted(set(paths))


def hard_addresses() -> list[str]:
    """Each address that has parameters, with three hard strings in their place; the next one has others."""
    found, texts = [], cycle(HARD)
    for pattern in patterns():
        names = {one or other for one, other in PARAMETER.findall(pattern)}
        for text in islice(texts, 3 if names else 0):
            found.append(fill(pattern, **dict.fromkeys(names, quote(text, errors="surrogatepass"))))
    return found


class Asker:
    """Asks and remembers what was answered with a fault of ours. Nothing it does stays done."""

    def __init__(self, user: Any = None) -> None:
        self.client = Client(raise_request_exception=False)
        if user:
            self.client.force_login(user)
        self.faults: list[str] = []

    def ask(self, method: str, path: str, body: bytes = b"", content_type: str = FORM, **headers: str) -> None:
        cookies = dict(self.client.cookies)
        with rolled_back():
            response = self.client.generic(method, path, body, content_type, headers=headers)
            if response.streaming:
                b"".join(response.streaming_content)
        self.client.cookies.clear()
        self.client.cookies.update(cookies)
        if response.status_code >= 500:
            self.faults.append(f"{response.status_code} {method} {path[:150]} {content_type[:80]} {body[:80]!r}")


def test_fault_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.views.clean", lambda typed: 1 / 0)
    asker = Asker()
    asker.ask("GET", "/sok/?q=x")
    assert len(asker.faults) == 1


ODD_HEADERS = {
    "accept-language": "\xff" * 500, "accept-encoding": ";q=x,,br;q=9", "if-none-match": "x" * 5000,
    "if-modified-since": "Sun, 99 Foo 99999", "range": "bytes=9-1", "referer": "http://[", "origin": "null\xff",
    "cookie": "sessionid=\xff\x01; csrftoken=" + "x" * 5000 + "; =;;", "content-length": "-1", "accept": "\xe5",
    "x-forwarded-for": "\xff", "authorization": "Basic \xff", "user-agent": "\xf0" * 9000,
    "x-huge": "\xe5" * 1_000_000,
}  # fmt: skip


def test_odd_requests_are_no_faults(world: World) -> None:
    """Each address gets an odd query, method, body and header, the next one others, and staff others than readers."""
    headers = list(ODD_HEADERS.items())
    for first, user in ((0, None), (5, world.accounts["Administratör"])):
        asker = Asker(user)
        for path in hard_addresses():
            asker.ask("GET", path)
        for number, path in enumerate(every_address(world), first):
            content_type, body = ODD_BODIES[number % len(ODD_BODIES)]
            name, value = headers[number % len(headers)]
            asker.ask("POST", path, body, content_type)
            if number % 2:
                asker.ask("GET", f"{path}?{QUERIES[number % len(QUERIES)]}")
            else:
                asker.ask(METHODS[number // 2 % len(METHODS)], path)
                asker.ask("GET", path, **{name: value})
        for host in ("[", "a" * 300, "\xff", "localhost:99999999", "..", "evil.example"):
            asker.ask("GET", "/", host=host)
        assert asker.faults == []


def test_hard_strings_in_forms_are_no_faults(world: World) -> None:
    """In every field of every form, saved, drafted and previewed: taken, cleaned or refused."""
    asker = Asker(world.accounts["Administratör"])
    of_content = tuple(f"admin/{kind}/add/" for kind in KINDS)  # the same as when it is changed
    for pattern in GETS:
        if not (pattern.endswith(("/add/", "/change/")) and GETS[pattern][4] == "o") or pattern.startswith(of_content):
            continue
        url = address(world, pattern)
        # Not forms of the admin's own: the pages where a link is replaced and where a partner is asked.
        is_own = not pattern.startswith(("admin/quality/checkedlink/", f"admin/partners/confirmation/{OBJECT}"))
        form = filled_in(asker.client, url) if is_own else {"new": "", "suggestion": "", "seen": "", "_seen": ""}
        kept = {name: value for name, value in form.items() if name[:1] == "_" or "_FORMS" in name}
        for number, button in enumerate(["_save", "_draft", "_preview"]):
            texts = islice(cycle(HARD), number, None)  # each field gets another one, and yet another the next time
            hard = form | dict(zip(form, texts, strict=False)) | kept
            asker.ask("POST", url, urlencode(hard | {button: "1"}, doseq=True, errors="surrogatepass").encode())
    url = address(world, f"admin/networks/network/{OBJECT}change/")
    form = filled_in(asker.client, url)
    for odd in (
        {"name_sv": "x" * 2_000_000, "_save": "1"},
        {"projects-TOTAL_FORMS": "9" * 9, "facts-INITIAL_FORMS": "-5"},
        {"x": "y" * 10_000_000},
    ):
        asker.ask("POST", url, urlencode(form | odd, doseq=True).encode())
    assert asker.faults == []


INPUTS = ["page", "helped", "visit", "answer", "reason", "comment", "website", "reviewed", "q", "sida"]
ANY_TEXT = st.text(max_size=200)  # half characters and null characters among them


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(INPUTS), ANY_TEXT))
def test_public_forms_take_anything(contact: Any, typed: dict[str, str]) -> None:
    asker, sent = Asker(), urlencode(typed, errors="surrogatepass")
    token = AnswerToken(1, "no", TOKEN).sign()
    for path in ("/aterkoppling/", "/aterkoppling/varfor/"):
        asker.ask("POST", path, sent.encode())
        asker.ask("POST", path, f"page={quote(TOKEN.sign())}&helped=no&answer={quote(token)}&{sent}".encode())
    for path in ("/sok/", "/en/search/", "/aterkoppling/varfor/", "/aterkoppling/tack/"):
        asker.ask("GET", f"{path}?{sent}")
    assert asker.faults == []


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ANY_TEXT, st.sampled_from(["networks.json", "towns.geojson", "partnerships.csv", "catalog.jsonld", ""]), ANY_TEXT
)
def test_open_data_takes_anything(fronts: Any, name: str, file: str, header: str) -> None:
    asker = Asker()
    for path in (f"/data/{quote(name, errors='surrogatepass')}", f"/data/{file}?{quote(name, errors='surrogatepass')}"):
        value = header.encode("latin-1", "ignore").decode("latin-1").replace("\n", "").replace("\r", "")
        asker.ask("GET", path, **{"if-none-match": value, "if-modified-since": value, "accept": value})
    assert asker.faults == []
