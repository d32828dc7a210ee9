"""The page that a partner opens with its link: what it says, and what it takes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from feedback.models import Sender
from partners import views
from partners.entries import LABELS
from partners.models import Confirmation, Suggestion
from tests.factories import PartnershipFactory, TownFactory
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


def everything(town: Town, **changes: str) -> dict[str, str]:
    """An answer that says Stämmer to everything, with some of it changed."""
    return {f"answer:{name}": "right" for name in LABELS} | {
        name.replace("__", ":"): value for name, value in changes.items()
    }


def send(path: str, data: dict[str, str]) -> Any:
    """Post as a browser's form does, from a reader that has no cookie and no token."""
    headers: Any = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    client = Client(enforce_csrf_checks=True)
    return client.post(path, urlencode(data, errors="surrogatepass"), content_type=FORM, headers=headers)


def proposal(name: str, text: str) -> dict[str, str]:
    return {f"answer:{name}": "wrong", f"text:{name}": text}


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_page_opens_in_every_language(client: Client, town: Town, code: str) -> None:
    answer = client.get(path_of(asked(town, language=code)))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{code}">' in html
    assert html.count("<fieldset>") == len(LABELS)
    assert "csrf" not in html
    assert not answer.cookies
    assert "no-store" in answer.headers["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in html


def test_missing_translation_is_marked_as_swedish(client: Client, town: Town) -> None:
    html = client.get(path_of(asked(town))).content.decode()
    assert '<p class="said">Borken im Münsterland</p>' in html
    assert '<p class="said" lang="sv">En stad med slott.</p>' in html
    assert '<p class="said">Deutschland</p>' in html


def test_agreement_is_asked_about(client: Client, town: Town) -> None:
    home = TownFactory(name_sv="Mölndal", home=True)
    agreement = PartnershipFactory(town_a=home, town_b=town, since=datetime(1981, 1, 1).date(), note_sv="Undertecknat.")
    confirmation = asked(town, language="sv")
    html = client.get(path_of(confirmation)).content.decode()
    assert "Samarbetet med Mölndal" in html
    assert "vänortsavtal, sedan 1981. Undertecknat." in html
    name = f"agreement-{agreement.pk}"
    assert send(path_of(confirmation), everything(town) | proposal(name, "1982 <b>")).status_code == 303
    assert Suggestion.objects.get().proposed == "1982 <b>"


def test_queries_do_not_grow_with_the_agreements(client: Client, town: Town) -> None:
    path = path_of(asked(town))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    PartnershipFactory(town_b=town)
    few = queries()
    for _ in range(5):
        PartnershipFactory(town_b=town)
    assert queries() <= few < 12


@pytest.mark.parametrize("code", ["sv", "de"])
def test_answer_is_stored_and_shown_once(client: Client, town: Town, code: str) -> None:
    confirmation = asked(town, language=code)
    path = path_of(confirmation)
    data = everything(town, name="Anna Weiß", role="Archiv", note="Grüße\r\naus Borken")
    data |= proposal("introduction", " Borken <b>an</b>\x00 der\n Aa ")
    answer = send(path, data)
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert not answer.cookies
    confirmation.refresh_from_db()
    assert (confirmation.name, confirmation.role, confirmation.note) == ("Anna Weiß", "Archiv", "Grüße\naus Borken")
    found = Suggestion.objects.get()
    assert (found.field, found.proposed, found.state) == ("introduction", "Borken <b>an</b> der Aa", "waiting")
    assert found.before == ("Borken im Münsterland" if code == "de" else "Borken, norr om Düsseldorf")
    town.refresh_from_db()
    assert town.introduction_de == "Borken im Münsterland"
    again = client.get(path)
    assert again.status_code == 200
    assert {"sv": "Tack, vi har ert svar", "de": "Danke, wir haben Ihre Antwort"}[code] in again.content.decode()
    assert 'method="post"' not in again.content.decode()
    assert "Anna" not in again.content.decode()
    assert send(path, data).status_code == 409
    assert Suggestion.objects.count() == 1


def test_text_in_other_unicode_form_is_right(client: Client, town: Town) -> None:
    """As pasted on a Mac, with a soft hyphen."""
    Town.objects.filter(pk=town.pk).update(introduction_de="Bor\u00adken, R\u030ci\u0301c\u030cany")
    path = path_of(asked(town))
    context = client.get(path).context["form"]
    data = everything(town) | {f"text:{entry.name}": entry.text for entry in context.entries}
    assert send(path, data).status_code == 303


def test_time_of_the_answer_is_swedish(client: Client, town: Town) -> None:
    confirmation = asked(town, language="sv", answered_at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    assert "Det kom 1 december 2026 kl. 00:30." in client.get(path_of(confirmation)).content.decode()


def test_second_answer_at_the_same_time_is_not_stored(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    confirmation = asked(town)
    entries = views.entries

    def late(*args: Any) -> Any:  # another answer comes while this one is read
        Confirmation.objects.update(answered_at=timezone.now())
        return entries(*args)

    monkeypatch.setattr(views, "entries", late)
    assert send(path_of(confirmation), everything(town) | proposal("name", "Bork")).status_code == 409
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("key", ["x", "borken", "%00", "å" * 300])
def test_unknown_key_is_not_found(client: Client, town: Town, key: str) -> None:
    asked(town)
    answer = client.get(f"/de/bestaetigen/{key}/", follow=True)
    assert answer.status_code in {400, 404}
    assert "Borken" not in answer.content.decode()
    assert send(f"/de/bestaetigen/{key}/", everything(town)).status_code in {400, 404}


def test_altered_key_is_not_found(client: Client, town: Town) -> None:
    path = path_of(asked(town))
    assert client.get(path[:-2] + "/", follow=True).status_code == 404
    assert client.get(path.swapcase().replace("/DE/BESTAETIGEN/", "/de/bestaetigen/"), follow=True).status_code == 404


CLOSED: list[dict[str, Any]] = [
    {"revoked_at": timezone.now()},
    {"expires_at": timezone.now() - timedelta(seconds=1)},
]


@pytest.mark.parametrize("values", CLOSED)
@pytest.mark.parametrize(("code", "said"), [("sv", "Länken gäller inte längre"), ("de", "Der Link gilt nicht mehr")])
def test_closed_link_names_the_contact(client: Client, town: Town, values: Any, code: str, said: str) -> None:
    path = path_of(asked(town, language=code, **values))
    for answer in (client.get(path), send(path, everything(town))):
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


BAD = [
    ({}, "Wählen Sie Stimmt oder Ändern.", "Välj Stämmer eller Rätta."),
    ({"answer:name": "maybe"}, "Wählen Sie Stimmt oder Ändern.", "Välj Stämmer eller Rätta."),
    (proposal("name", ""), "Schreiben Sie, was stattdessen da stehen soll.", "Skriv vad som ska stå i stället."),
    (proposal("name", " \x00\u200b\n "), "Schreiben Sie, was stattdessen", "Skriv vad som ska stå i stället."),
    (proposal("name", "Borken "), "Schreiben Sie, was stattdessen", "Skriv vad som ska stå i stället."),
    (proposal("name", "å" * 121), "höchstens 120 Zeichen", "högst 120 tecken"),
    (proposal("body", "å" * 5001), "höchstens 5000 Zeichen", "högst 5000 tecken"),
    (proposal("name", "x" * 2**20), "höchstens 120 Zeichen", "högst 120 tecken"),
    (proposal("website", "javascript:alert(1)"), "https://www.molndal.se", "Skriv en webbadress"),
    ({"answer:name": "right", "text:name": "Bork"}, "Sie haben den Text geändert", "Du har ändrat texten"),
    ({"name": "å" * 101}, "höchstens 100", "100 tecken"),
    ({"note": "å" * 1001}, "höchstens 1000", "1000 tecken"),
    ({"website": "x"}, "", "Ett dolt fält"),
]


@pytest.mark.parametrize("code", ["sv", "de"])
@pytest.mark.parametrize(("changes", "german", "swedish"), BAD, ids=range(len(BAD)))
def test_bad_input_is_told_and_kept(town: Town, changes: Any, german: str, swedish: str, code: str) -> None:
    path = path_of(asked(town, language=code))
    data = (everything(town) if changes else {}) | {"role": "Archivärin"} | proposal("introduction", "Jag skrev det")
    answer = send(path, data | changes)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert (swedish if code == "sv" else german) in html
    assert "Archivärin" in html
    assert "Jag skrev det" in html
    assert not Suggestion.objects.exists()
    assert Confirmation.objects.filter(answered_at=None).exists()
    assert not Sender.objects.exists()


def test_markup_is_text(client: Client, town: Town) -> None:
    html = send(path_of(asked(town)), {"name": "<script>alert(1)</script>"}).content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_post_from_another_site_is_refused(town: Town) -> None:
    answer = Client().post(path_of(asked(town)), everything(town), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not Confirmation.objects.filter(answered_at__isnull=False).exists()


def test_file_is_not_received(town: Town) -> None:
    assert Client().post(path_of(asked(town)), everything(town)).status_code == 415


def test_flood_is_held_back_and_what_was_typed_is_kept(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_ANSWERS", 1)
    assert send(path_of(asked(town)), everything(town)).status_code == 303
    answer = send(path_of(asked(town)), everything(town) | proposal("introduction", "Jag skrev det"))
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert "Jag skrev det" in answer.content.decode()
    assert Confirmation.objects.filter(answered_at=None).count() == 1
