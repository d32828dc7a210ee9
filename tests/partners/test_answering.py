"""The page that a partner opens with its link: what it says, and what it takes."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from feedback.models import Sender
from partners import views
from partners.entries import LABELS
from partners.models import Confirmation, Suggestion
from tests.factories import PartnershipFactory, TownFactory
from tests.queries import number_of_queries
from twinning.models import Town

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def town(contact: Any) -> Town:
    return TownFactory(
        name_sv="Borken", introduction_sv="Borken, norr om Düsseldorf", introduction_de="Borken im Münsterland",
        body_sv="<p>En <strong>stad</strong> med slott.</p>", country="DE", website="https://www.borken.de/",
    )  # fmt: skip


def asked(town: Town, **values: Any) -> Confirmation:
    return Confirmation.objects.create(**{"town": town, "language": "de"} | values)


def path_of(confirmation: Confirmation, language: str = "") -> str:
    with translation.override(language or confirmation.language):
        return reverse("confirm", args=[confirmation.key])


def shown(confirmation: Confirmation, **changes: str) -> dict[str, str]:
    """What a browser would post if nothing was touched but the entries in `changes`."""
    posted = {}
    for name, entry in confirmation.entries.items():
        posted |= {f"entry-{name}": changes.get(name, entry.text), f"initial-entry-{name}": entry.text}
    return posted


def send(path: str, data: dict[str, str]) -> Any:
    """Post as a browser's form does, from a reader that has no cookie and no token."""
    headers: Any = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    client = Client(enforce_csrf_checks=True)
    return client.post(path, urlencode(data, errors="surrogatepass"), content_type=FORM, headers=headers)


def test_page_opens_in_every_language(client: Client, town: Town) -> None:
    for code, _name in settings.LANGUAGES:
        answer = client.get(path_of(asked(town, language=code)))
        html = answer.content.decode()
        assert answer.status_code == 200, code
        assert f'<html lang="{code}">' in html
        assert html.count("<textarea") == len(LABELS) + 1
        assert "csrf" not in html
        assert not answer.cookies
        assert "no-store" in answer.headers["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in html
        assert "som i en lista" not in html  # what the model's field tells editors


def test_missing_translation_is_marked_as_swedish(client: Client, town: Town) -> None:
    html = client.get(path_of(asked(town))).content.decode()
    for language, text in (("de", "Borken im Münsterland"), ("sv", "En stad med slott."), ("de", "Deutschland")):
        assert re.search(rf'lang="{language}"[^>]*>\s*{text}</textarea>', html)


def test_agreement_is_asked_about(client: Client, town: Town) -> None:
    home = TownFactory(name_sv="Mölndal", home=True)
    agreement = PartnershipFactory(town_a=home, town_b=town, since=datetime(1981, 1, 1).date(), note_sv="Undertecknat.")
    confirmation = asked(town, language="sv")
    html = client.get(path_of(confirmation)).content.decode()
    assert "Samarbetet med Mölndal" in html
    assert "vänortsavtal, sedan 1981. Undertecknat." in html
    data = shown(confirmation, **{f"agreement-{agreement.pk}": "1982 <b>"})
    assert send(path_of(confirmation), data).status_code == 303
    assert Suggestion.objects.get().proposed == "1982 <b>"


def test_queries_do_not_grow_with_the_agreements(client: Client, town: Town) -> None:
    path = path_of(asked(town))
    PartnershipFactory(town_b=town)
    few = number_of_queries(client.get, path)
    for _ in range(5):
        PartnershipFactory(town_b=town)
    assert number_of_queries(client.get, path) <= few < 12


def test_untouched_page_confirms_everything(town: Town) -> None:
    confirmation = asked(town)
    assert send(path_of(confirmation), shown(confirmation)).status_code == 303
    confirmation.refresh_from_db()
    assert confirmation.answered_at
    assert confirmation.state == "bekräftad"


@pytest.mark.parametrize("code", ["sv", "de"])
def test_answer_is_stored_and_shown_once(client: Client, town: Town, code: str) -> None:
    confirmation = asked(town, language=code)
    path = path_of(confirmation)
    texts = {"introduction": " Borken <b>an</b>\x00 der\n Aa ", "note": "Grüße\r\naus Borken"}
    data = shown(confirmation, **texts) | {"name": "Anna Weiß", "role": "Archiv"}
    answer = send(path, data)
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert not answer.cookies
    confirmation.refresh_from_db()
    assert (confirmation.name, confirmation.role) == ("Anna Weiß", "Archiv")
    before = "Borken im Münsterland" if code == "de" else "Borken, norr om Düsseldorf"
    assert list(Suggestion.objects.values_list("field", "before", "proposed", "state")) == [
        ("introduction", before, "Borken <b>an</b> der Aa", "waiting"),
        ("note", "", "Grüße\naus Borken", "waiting"),
    ]
    town.refresh_from_db()
    assert town.introduction_de == "Borken im Münsterland"
    again = client.get(path)
    assert again.status_code == 200
    assert {"sv": "Tack, vi har ert svar", "de": "Danke, wir haben Ihre Antwort"}[code] in again.content.decode()
    assert 'method="post"' not in again.content.decode()
    assert "Anna" not in again.content.decode()
    assert send(path, data).status_code == 409
    assert Suggestion.objects.count() == 2


def test_other_blanks_are_no_correction(town: Town) -> None:
    confirmation = asked(town)
    data = shown(confirmation, introduction=" Borken  im\r\nMünsterland\u200b")
    assert send(path_of(confirmation), data).status_code == 303
    assert not Suggestion.objects.exists()


def test_text_in_other_unicode_form_is_right(client: Client, town: Town) -> None:
    """As stored, pasted on a Mac, with a soft hyphen."""
    Town.objects.filter(pk=town.pk).update(introduction_de="Bor\u00adken, R\u030ci\u0301c\u030cany")
    confirmation = asked(town)
    client.get(path_of(confirmation))
    assert send(path_of(confirmation), shown(Confirmation.objects.get())).status_code == 303
    assert not Suggestion.objects.exists()


def test_text_changed_since_the_page_is_no_correction(town: Town) -> None:
    """The coordinator writes while the partner reads: the partner's untouched old text would undo it."""
    confirmation = asked(town)
    data = shown(confirmation)
    Town.objects.filter(pk=town.pk).update(introduction_de="Samordnarens")
    assert send(path_of(confirmation), data).status_code == 303
    assert not Suggestion.objects.exists()


def test_time_of_the_answer_is_swedish(client: Client, town: Town) -> None:
    confirmation = asked(town, language="sv", answered_at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    assert "Det kom 1 december 2026 kl. 00:30." in client.get(path_of(confirmation)).content.decode()


def test_second_answer_at_the_same_time_is_not_stored(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    confirmation = asked(town)
    data = shown(confirmation, name="Bork")

    def late(*args: Any) -> int:  # another answer comes while this one is read
        Confirmation.objects.update(answered_at=timezone.now())
        return 1

    monkeypatch.setattr(views, "count", late)
    assert send(path_of(confirmation), data).status_code == 303
    assert not Suggestion.objects.exists()


def test_unknown_or_altered_key_is_not_found(client: Client, town: Town) -> None:
    right = asked(town).key
    for key in ("x", "borken", "%00", "å" * 300, right[:-1], right.swapcase()):
        answer = client.get(f"/de/bestaetigen/{key}/", follow=True)
        assert answer.status_code == 404, key
        assert "Borken" not in answer.content.decode(), key
        assert send(f"/de/bestaetigen/{key}/", {"name": "Anna"}).status_code == 404, key


CLOSED: list[dict[str, Any]] = [
    {"revoked_at": timezone.now()},
    {"expires_at": timezone.now() - timedelta(seconds=1)},
]


@pytest.mark.parametrize("values", CLOSED)
@pytest.mark.parametrize(("code", "said"), [("sv", "Länken gäller inte längre"), ("de", "Der Link gilt nicht mehr")])
def test_closed_link_names_the_contact(client: Client, town: Town, values: Any, code: str, said: str) -> None:
    path = path_of(asked(town, language=code, **values))
    for answer in (client.get(path), send(path, {"name": "Anna"})):
        assert answer.status_code == 410
        assert said in answer.content.decode()
        assert f"mailto:{town.responsible.email}" in answer.content.decode()  # type: ignore[union-attr]
        assert '<meta name="robots" content="noindex">' in answer.content.decode()
        assert "norr om" not in answer.content.decode()
    assert not Confirmation.objects.filter(answered_at__isnull=False).exists()


def test_hidden_town_is_not_shown(client: Client, town: Town) -> None:
    confirmation = asked(town)
    Town.objects.filter(pk=town.pk).update(published_at=None)
    answer = client.get(path_of(confirmation))
    assert (answer.status_code, "Münsterland" in answer.content.decode()) == (410, False)


EMPTIED = ("Das Feld war leer.", "Fältet var tomt. Vi har satt tillbaka texten.")
BAD = [
    ({}, *EMPTIED),  # nothing but the name below: no browser that showed the page sends it
    ({"entry-name": ""}, *EMPTIED),
    ({"entry-name": " \x00\u200b\n "}, *EMPTIED),
    ({"entry-name": "å" * 121}, "höchstens 120 Zeichen", "som mest 120 tecken"),
    ({"entry-body": "å" * 5001}, "höchstens 5000 Zeichen", "som mest 5000 tecken"),
    ({"entry-name": "x" * 2**20}, "höchstens 120 Zeichen", "som mest 120 tecken"),
    ({"entry-website": "javascript:alert(1)"}, "Geben Sie eine Webadresse ein", "Skriv en webbadress"),
    ({"name": "å" * 101}, "höchstens 100", "100 tecken"),
    ({"website": "x"}, "", "Ett dolt fält"),
]


def test_proposal_keeps_the_text_that_the_partner_read(town: Town) -> None:
    confirmation = asked(town)
    data = shown(confirmation, introduction="Borken an der Aa")
    Town.objects.filter(pk=town.pk).update(introduction_de="Samordnarens")
    send(path_of(confirmation), data)
    assert Suggestion.objects.get().before == "Borken im Münsterland"


@pytest.mark.parametrize("code", ["sv", "de"])
@pytest.mark.parametrize(("changes", "german", "swedish"), BAD, ids=range(len(BAD)))
def test_bad_input_is_told_and_kept(town: Town, changes: Any, german: str, swedish: str, code: str) -> None:
    confirmation = asked(town, language=code)
    data = (shown(confirmation) if changes else {}) | {"role": "Archivärin", "entry-introduction": "Jag skrev det"}
    answer = send(path_of(confirmation), data | changes)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert (swedish if code == "sv" else german) in html
    assert "Archivärin" in html
    assert "Jag skrev det" in html
    assert not Suggestion.objects.exists()
    assert Confirmation.objects.filter(answered_at=None).exists()
    assert not Sender.objects.exists()


def test_emptied_text_is_put_back(town: Town) -> None:
    confirmation = asked(town)
    answer = send(path_of(confirmation), shown(confirmation, introduction=""))
    form = answer.context["form"]
    assert form["entry-introduction"].value() == "Borken im Münsterland"
    assert list(form.errors) == ["entry-introduction"]


def test_text_of_any_length_can_be_confirmed(town: Town) -> None:
    Town.objects.filter(pk=town.pk).update(body_sv=f"<p>{'slott ' * 2000}</p>")
    confirmation = asked(town)
    assert send(path_of(confirmation), shown(confirmation)).status_code == 303


def test_markup_is_text(client: Client, town: Town) -> None:
    script = "<script>alert(1)</script>"
    html = send(path_of(asked(town)), {"name": script, "entry-body": script}).content.decode()
    assert html.count("&lt;script&gt;alert(1)") >= 2
    assert "<script>alert" not in html


def test_post_from_another_site_is_refused(town: Town) -> None:
    confirmation = asked(town)
    answer = Client().post(path_of(confirmation), shown(confirmation), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not Confirmation.objects.filter(answered_at__isnull=False).exists()


def test_flood_is_held_back_and_what_was_typed_is_kept(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_ANSWERS", 1)
    first, second = asked(town), asked(town)
    assert send(path_of(first), shown(first)).status_code == 303
    answer = send(path_of(second), shown(second, introduction="Jag skrev det"))
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert "Jag skrev det" in answer.content.decode()
    assert Confirmation.objects.filter(answered_at=None).count() == 1
