import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from feedback.models import Answer, Sender
from feedback.tokens import ANSWER_SIGNER, AnswerToken, PageToken
from networks.models import Network

pytestmark = pytest.mark.django_db
TOKEN = PageToken("networks.network:3", "SERN", "/natverk/sern/", "2026-01-02T03:04:05+00:00", "anna@example.se")
FORM = "application/x-www-form-urlencoded"
WHY = "/aterkoppling/varfor/"


def send(client: Client, path: str, data: dict[str, str], **headers: str) -> Any:
    """Post as a browser's form does."""
    return client.post(path, urlencode(data, errors="surrogatepass"), content_type=FORM, headers=headers)


def answered(client: Client, helped: str = "no", page: PageToken = TOKEN, visit: str = "") -> str:
    """Answer and return the follow-up's token."""
    response = send(client, "/aterkoppling/", {"page": page.sign(), "helped": helped, "visit": visit})
    (signed,) = parse_qs(urlsplit(response.headers["Location"]).query)["answer"]
    return signed


def form(client: Client, path: str) -> tuple[str, str]:
    """Where a page's form posts to, and the page it names."""
    html = client.get(path).content.decode()
    found = re.search(
        r'<form class="ask" method="post" action="([^"]+)">\s*<input type="hidden" name="page" value="([^"]+)">', html
    )
    assert found
    return found[1], found[2]


@pytest.mark.parametrize(("path", "language"), [("/natverk/sern/", "sv"), ("/en/networks/sern/", "en")])
@pytest.mark.parametrize("helped", ["yes", "no"])
def test_an_answer_is_stored_and_thanked_for(
    client: Client, seeded: None, path: str, language: str, helped: str
) -> None:
    action, page = form(client, path)
    response = send(client, action, {"page": page, "helped": helped})
    assert response.status_code == 303
    answer = Answer.objects.get()
    network = Network.objects.get(slug="sern")
    assert (answer.page, answer.language, answer.helped) == (f"networks.network:{network.pk}", language, helped)
    assert answer.revision >= network.updated_at
    asked = client.get(response.headers["Location"])
    assert asked.status_code == 200
    assert f'href="{path}"' in asked.content.decode()
    assert f'<html lang="{language}">' in asked.content.decode()
    assert "no-store" in asked.headers["Cache-Control"]
    assert response.cookies == asked.cookies == {}


def test_nothing_about_the_reader_is_stored() -> None:
    fields = {field.name for field in Answer._meta.get_fields()}
    assert fields == {
        "id", "page", "page_title", "language", "revision", "helped", "created_at",
        "reason", "comment", "commented", "repeats", "status", "note",
    }  # fmt: skip


def test_a_renamed_page_keeps_its_answers(client: Client, seeded: None) -> None:
    action, page = form(client, "/natverk/sern/")
    send(client, action, {"page": page, "helped": "yes"})
    Network.objects.filter(slug="sern").update(slug="sern-natverket")
    action, page = form(client, "/natverk/sern-natverket/")
    send(client, action, {"page": page, "helped": "no"})
    assert Answer.objects.values("page").distinct().count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"helped": "yes"},
        {"helped": "yes", "page": "networks.network:3"},
        {"helped": "yes", "page": TOKEN.sign()[:-1]},
        {"helped": "yes", "page": "x" * 100_000},
        {"helped": "yes", "page": "\x00\ud800"},
        {"helped": "perhaps", "page": TOKEN.sign()},
        {"page": TOKEN.sign()},
        {"helped": "yes", "page": AnswerToken(1, "yes", TOKEN).sign()},
    ],
)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_we_never_offered_is_refused(client: Client, data: dict[str, str], language: str) -> None:
    path = "/aterkoppling/" if language == "sv" else "/en/feedback/"
    response = send(client, path, data)
    assert response.status_code == 400
    assert ("kunde inte tas emot" if language == "sv" else "could not be received") in response.content.decode()
    assert not Answer.objects.exists()


def test_the_thanks_never_lead_off_the_site(client: Client) -> None:
    for page in ("https://evil.example/", "//evil.example", "x"):
        html = client.get("/aterkoppling/tack/", {"page": page}).content.decode()
        assert "evil" not in html
        assert 'class="more" href="/"' in html


def test_asking_says_the_same_to_everyone(client: Client, editor: Client, seeded: None) -> None:
    assert form(client, "/natverk/sern/") == form(editor, "/natverk/sern/")


def test_who_comes_without_an_answer_is_led_on(client: Client, db: None) -> None:
    for path, start in (("/aterkoppling/", "/"), ("/en/feedback/", "/en/")):
        assert client.get(path).headers["Location"] == start
        assert client.put(path).status_code == 405


def test_a_reason_is_stored_and_thanked_for(client: Client) -> None:
    response = send(client, WHY, {"answer": answered(client), "reason": "hard", "comment": " Krångligt\r\nord "})
    assert response.status_code == 303
    assert (Answer.objects.get().reason, Answer.objects.get().comment) == ("hard", "Krångligt\nord")
    html = client.get(response.headers["Location"]).content.decode()
    assert "Tack för ditt svar" in html
    assert 'href="/natverk/sern/"' in html
    assert Answer.objects.get().commented


@pytest.mark.parametrize("code", [code for code, _name in site.LANGUAGES])
def test_every_language_asks_why(client: Client, seeded: None, code: str) -> None:
    with translation.override(code):
        path, why = reverse("network", args=["sern"]), reverse("feedback_why")
    action, page = form(client, path)
    asked = client.get(send(client, action, {"page": page, "helped": "no"}).headers["Location"])
    assert f'<html lang="{code}">' in asked.content.decode()
    found = re.search(rf'action="{why}">\s*<input type="hidden" name="answer" value="([^"]+)">', asked.content.decode())
    assert found
    assert send(client, why, {"answer": found[1], "reason": "wrong"}).status_code == 303
    assert (Answer.objects.get().reason, Answer.objects.get().language) == ("wrong", code)


def test_the_page_says_whom_to_ask(client: Client, seeded: None) -> None:
    action, page = form(client, "/natverk/sern/")
    html = client.get(send(client, action, {"page": page, "helped": "no"}).headers["Location"]).content.decode()
    assert re.search(r'Vi svarar inte här\. .*<a href="mailto:[^"]+@[^"]+">', html)
    assert "allmän handling" in html


@pytest.mark.parametrize(("contact", "shown"), [("031-315 10 00", "031-315 10 00"), ("", 'href="/kontakt/"')])
def test_without_an_address_there_is_another_way(client: Client, contact: str, shown: str) -> None:
    page = PageToken(TOKEN.page, TOKEN.title, TOKEN.path, TOKEN.revision, contact)
    assert shown in client.get(WHY, {"answer": answered(client, page=page)}).content.decode()


def test_after_a_yes_there_is_nothing_to_choose(client: Client) -> None:
    assert 'type="radio"' in client.get(WHY, {"answer": answered(client, "no")}).content.decode()
    assert 'type="radio"' not in client.get(WHY, {"answer": answered(client, "yes")}).content.decode()


def test_saying_nothing_stores_nothing_more(client: Client) -> None:
    response = send(client, WHY, {"answer": answered(client), "comment": " \r\n\t "})
    assert response.status_code == 303
    assert not Answer.objects.get().commented


@pytest.mark.parametrize("reviewed", ["", "1"])
def test_the_first_reason_stays(client: Client, reviewed: str) -> None:
    signed = answered(client)
    for comment in ("Första", "Andra"):
        response = send(client, WHY, {"answer": signed, "reason": "wrong", "comment": comment, "reviewed": reviewed})
    assert response.status_code == 409
    assert "Andra" in response.content.decode()
    assert Answer.objects.get().comment == "Första"


def test_a_folded_comment_sent_twice_is_counted_once(client: Client) -> None:
    for visit in ("1", "2"):
        signed = answered(client, visit=visit)
        send(client, WHY, {"answer": signed, "comment": "Länken är trasig"})
    assert send(client, WHY, {"answer": signed, "comment": "Länken är trasig"}).status_code == 409
    assert Answer.objects.get(comment="Länken är trasig").repeats == 1
    assert Answer.objects.filter(commented=True).count() == 2


def test_personal_data_is_shown_and_then_masked(client: Client) -> None:
    signed = answered(client)
    data = {"answer": signed, "reason": "other", "comment": "Jag, 811218-9876, nås på <anna@example.se>"}
    response = send(client, WHY, data)
    html = response.content.decode()
    assert response.status_code == 400
    assert "<strong>811218-9876</strong> (personnummer)" in html
    assert "<strong>anna@example.se</strong> (e-postadress)" in html
    assert "Jag, 811218-9876, nås på &lt;anna@example.se&gt;</textarea>" in html
    assert 'value="other" checked' in html
    assert 'name="reviewed" value="1"' in html
    assert (Answer.objects.get().reason, Answer.objects.get().comment) == ("", "")
    assert send(client, WHY, data | {"reviewed": "1"}).status_code == 303
    assert Answer.objects.get().comment == "Jag, [borttaget: personnummer], nås på <[borttaget: e-postadress]>"


def test_html_in_a_comment_is_text(client: Client) -> None:
    typed = "<script>alert(1)</script> & <b>fet</b>"
    refused = send(client, WHY, {"answer": "x", "comment": typed})
    assert refused.status_code == 400
    assert "<script>alert" not in refused.content.decode()
    assert typed in unescape(refused.content.decode())
    send(client, WHY, {"answer": answered(client), "comment": typed})
    assert Answer.objects.get().comment == typed


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\0b\x07c", "abc"),
        ("rad ett\r\nrad två\rrad tre\u2028rad fyra", "rad ett\nrad två\nrad tre\nrad fyra"),
        ("Bola\u0308n", "Bolän"),
        ("för\tsent", "för sent"),
        ("höger\u202eretsnäv", "högerretsnäv"),
        ("familjen \U0001f468\u200d\U0001f469", "familjen \U0001f468\u200d\U0001f469"),
        ("\ud800", "\ufffd\ufffd\ufffd"),
        ("x" * 500, "x" * 500),
        ("x\r\n" * 250, "x\n" * 249 + "x"),
        ("o\u0308" * 500, "ö" * 500),
    ],
)
def test_a_comment_is_stored_as_it_is_read(client: Client, typed: str, stored: str) -> None:
    response = send(client, WHY, {"answer": answered(client), "comment": typed})
    assert response.status_code == 303
    assert Answer.objects.get().comment == stored


@pytest.mark.parametrize(
    "data",
    [
        {"comment": "å" * 501},
        {"comment": "Kvar", "reason": "nonsense"},
        {"comment": "Kvar", "reason": "\0"},
        {"comment": "Kvar", "website": "https://example.com"},
    ],
)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_is_asked_about_again_stays(client: Client, data: dict[str, str], language: str) -> None:
    with translation.override(language):
        path = reverse("feedback_why")
    response = send(client, path, {"answer": answered(client), **data})
    html = response.content.decode()
    assert response.status_code == 400
    assert f'<html lang="{language}">' in html
    assert f"{data['comment']}</textarea>" in html
    assert 'class="problems"' in html
    assert "example.com" not in html
    assert Answer.objects.get().comment == ""
    assert not Sender.objects.filter(count__gt=1).exists()


def test_reason_is_stored_however_fast_or_late_it_is_sent(client: Client) -> None:
    assert send(client, WHY, {"answer": answered(client), "reason": "hard", "comment": "Fort"}).status_code == 303
    answered(client, visit="1")
    token = {"answer": Answer.objects.latest("pk").pk, "helped": "no", "page": asdict(TOKEN), "given_at": 0}
    signed = ANSWER_SIGNER.sign_object(token, compress=True)
    assert client.get(WHY, {"answer": signed}).status_code == 200
    assert send(client, WHY, {"answer": signed, "comment": "Sent"}).status_code == 303
    assert list(Answer.objects.order_by("pk").values_list("reason", "comment")) == [("hard", "Fort"), ("", "Sent")]


@pytest.mark.parametrize("altered", ["", "x", TOKEN.sign(), "\0", "\ud800", "x" * 100_000])
def test_an_altered_token_adds_nothing_and_keeps_the_text(client: Client, altered: str) -> None:
    answered(client)
    response = send(client, WHY, {"answer": altered, "reason": "hard", "comment": "Kvar"})
    assert response.status_code == 400
    assert '<blockquote class="refused">Kvar</blockquote>' in response.content.decode()
    assert response.content.decode().count("Kvar") == 1, "no other field has it"
    assert Answer.objects.get().reason == ""
    assert client.get(WHY, {"answer": altered.replace("\0", "").encode("utf-8", "replace")}).status_code == 400


def test_a_deleted_answer_is_not_thanked_for(client: Client) -> None:
    signed = answered(client)
    Answer.objects.all().delete()
    assert send(client, WHY, {"answer": signed, "comment": "Kvar"}).status_code == 400


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.views.MOST_ANSWERS", 2)
    monkeypatch.setattr("feedback.views.MOST_COMMENTS", 1)


@pytest.mark.usefixtures("few")
def test_too_many_answers_are_refused_politely(client: Client) -> None:
    data = {"page": TOKEN.sign(), "helped": "perhaps"}
    assert [send(client, "/aterkoppling/", data).status_code for _ in range(5)] == [400] * 5
    data["helped"] = "yes"
    responses = [send(client, "/aterkoppling/", data | {"visit": str(visit)}) for visit in range(4)]
    assert [response.status_code for response in responses] == [303, 303, 429, 429]
    assert 0 < int(responses[-1].headers["Retry-After"]) <= 25 * 3600
    html = responses[-1].content.decode()
    assert "inte sparat" in html
    assert 'href="mailto:anna@example.se"' in html
    assert Answer.objects.count() == 2
    elsewhere = client.post("/aterkoppling/", urlencode(data), content_type=FORM, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 303


@pytest.mark.usefixtures("few")
def test_too_many_comments_are_refused_and_given_back(client: Client) -> None:
    first, second = answered(client, visit="1"), answered(client, visit="2")
    assert send(client, WHY, {"answer": first, "comment": "Ett"}).status_code == 303
    response = send(client, WHY, {"answer": second, "comment": "Två"})
    assert response.status_code == 429
    assert '<blockquote class="refused">Två</blockquote>' in response.content.decode()
    assert not Answer.objects.filter(comment="Två").exists()


def test_a_double_click_counts_once(client: Client) -> None:
    data = {"page": TOKEN.sign(), "helped": "yes"}
    first, second = (send(client, "/aterkoppling/", data) for _ in range(2))
    assert [first.status_code, second.status_code] == [303, 303]
    assert "Tack för ditt svar" in client.get(second.headers["Location"]).content.decode()
    assert Answer.objects.count() == 1


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def forward(seconds: float) -> None:
        nonlocal now
        now += timedelta(seconds=seconds)

    monkeypatch.setattr(timezone, "now", lambda: now)
    return forward


def test_thirty_readers_behind_one_address_count_as_thirty(client: Client, clock: Callable[[float], None]) -> None:
    for pupil in range(30):
        clock(2)
        send(client, "/aterkoppling/", {"page": TOKEN.sign(), "helped": "yes", "visit": str(pupil)})
    assert Answer.objects.count() == 30


def test_slow_readers_without_javascript_are_counted(client: Client, clock: Callable[[float], None]) -> None:
    for _pupil in range(30):
        clock(3.1)
        send(client, "/aterkoppling/", {"page": TOKEN.sign(), "helped": "yes"})
    assert Answer.objects.count() == 30


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": site.SITE_URL}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://testserver.evil.example"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": ""}, 403),
    ],
)
def test_only_our_own_pages_may_send(client: Client, headers: dict[str, str], status: int) -> None:
    response = send(client, "/aterkoppling/", {"page": TOKEN.sign(), "helped": "yes"}, **headers)
    assert response.status_code == status
    assert Answer.objects.exists() == (status == 303)
    why = send(client, WHY, {"answer": "x", "comment": "Kvar"}, **headers)
    assert why.status_code == (403 if status == 403 else 400)


BAD = [
    ("too large", FORM, b"page=x&helped=yes&comment=" + b"x" * 10_000_000, 400),
    ("too many fields", FORM, b"a=1&" * 6000, 400),
    ("utf-7", f"{FORM}; charset=utf-7", b"page=x", 400),
    ("utf-16", f"{FORM}; charset=utf-16", "page=x".encode("utf-16"), 400),
    ("no such charset", f"{FORM}; charset=nonsense", b"page=x", 400),
    ("no form", "application/json", b"{}", 415),
    ("no kind", "", b"page=x", 415),
    ("nothing", FORM, b"", 415),
    (
        "a file",
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="page"; filename="a.exe"\r\n\r\nMZ\r\n--x--\r\n',
        415,
    ),
    ("half a file", "multipart/form-data; boundary=x", b"--x\r\nContent-Disp", 415),
    ("not utf-8", FORM, b"page=\xff\xfe&helped=\xc0\x80", 400),
]


@pytest.mark.parametrize(("kind", "body", "status"), [pytest.param(*bad, id=name) for name, *bad in BAD])
@pytest.mark.parametrize(
    ("path", "language"),
    [("/aterkoppling/", "sv"), ("/en/feedback/", "en"), (WHY, "sv")],
)
def test_what_cannot_be_read_is_refused_clearly(
    client: Client, path: str, language: str, kind: str, body: bytes, status: int
) -> None:
    response = client.generic("POST", path, body, kind)
    assert response.status_code == status
    assert f'<html lang="{language}">' in response.content.decode()
    assert not Answer.objects.exists()
    assert not Sender.objects.exists()


def test_a_language_that_does_not_exist_is_not_found(client: Client) -> None:
    assert send(client, "/xx/feedback/", {"page": TOKEN.sign(), "helped": "yes"}).status_code == 404
    assert not Answer.objects.exists()


def test_a_failed_answer_is_not_counted_for_its_sender(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Answer.objects, "create", fail)
    client.raise_request_exception = False
    assert send(client, "/aterkoppling/", {"page": TOKEN.sign(), "helped": "yes"}).status_code == 500
    assert not Answer.objects.exists()
    assert not Sender.objects.exists()
