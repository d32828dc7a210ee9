"""The coordinator asks a partner, sends the link, and takes its corrections or not."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone, translation
from reversion.models import Version

from dashboard.partner_card import partners
from editing.models import TranslationStatus
from partners.models import Confirmation, Suggestion
from tests.dashboard.conftest import Mailbox, mailbox, text
from tests.dashboard.test_roles import account, logged_in
from tests.factories import PartnershipFactory, TownFactory
from tests.forms import admin_url, errors, filled_in
from tests.partners.test_answering import asked, path_of
from tests.servers import free_port
from twinning.models import Town

__all__ = ["mailbox"]  # a fixture
pytestmark = pytest.mark.django_db
LIST = "/admin/partners/confirmation/"


@pytest.fixture
def town(contact: Any) -> Town:
    return TownFactory(
        name_sv="Borken", slug="borken", country="DE", introduction_sv="Borken, Tyskland", introduction_de="Alt",
        body_sv="<p>En stad.</p>",
    )  # fmt: skip


def page(confirmation: Confirmation) -> str:
    return f"{LIST}{confirmation.pk}/change/"


def proposed(town: Town, field: str, words: str, before: str = "", **values: Any) -> Suggestion:
    confirmation = asked(town, answered_at=timezone.now(), **values)
    return confirmation.suggestions.create(field=field, before=before, proposed=words)


def press(client: Client, confirmation: Confirmation, **posted: Any) -> Any:
    return client.post(page(confirmation), posted, follow=True)


def decide(client: Client, suggestion: Suggestion, how: str = "accept", seen: str = "") -> Any:
    """Press a button on the page, as it is now."""
    now = Suggestion.objects.get(pk=suggestion.pk).entry.text
    return press(client, suggestion.confirmation, **{how: "1"}, suggestion=suggestion.pk, seen=seen or now)


# Asking


def test_form_of_a_town_leads_to_a_link_in_its_language(editor: Client, town: Town) -> None:
    add = f"{LIST}add/?town={town.pk}"
    assert f'href="{add}"' in editor.get(admin_url(town)).content.decode()
    answer = editor.post(add, filled_in(editor, add), follow=True)
    confirmation = Confirmation.objects.get()
    assert (confirmation.town, confirmation.language, len(confirmation.key)) == (town, "de", 43)
    assert answer.redirect_chain == [(page(confirmation), 302)]
    assert f'value="{confirmation.address}"' in answer.content.decode()
    assert "/de/bestaetigen/" in confirmation.address
    assert "kan inte skicka e-post" in answer.content.decode()
    assert "väntar på svar" in editor.get(admin_url(town)).content.decode()


def test_odd_town_in_the_address_is_ignored(editor: Client) -> None:
    for key in ("x", "²", "9" * 30, ""):
        assert editor.get(f"{LIST}add/", {"town": key}).status_code == 200, key


def test_hidden_town_cannot_be_asked(editor: Client, town: Town) -> None:
    hidden = TownFactory(published_at=None)
    assert LIST not in editor.get(admin_url(hidden)).content.decode().split("object-tools")[1].split("</ul>")[0]
    data = filled_in(editor, f"{LIST}add/") | {"town": hidden.pk, "language": "de"}
    assert "town" in errors(editor.post(f"{LIST}add/", data))


def test_revoked_link_stops_to_work(editor: Client, client: Client, town: Town) -> None:
    confirmation = asked(town)
    assert client.get(path_of(confirmation)).status_code == 200
    answer = press(editor, confirmation, revoke="1")
    assert "återkallad" in answer.content.decode()
    assert confirmation.key not in answer.content.decode()
    assert client.get(path_of(confirmation)).status_code == 410


# Sending


def test_letter_is_sent_in_the_partners_language(editor: Client, town: Town, mailbox: Mailbox) -> None:
    confirmation = asked(town)
    answer = press(editor, confirmation, send="1", email="stadt@borken.example")
    assert "Brevet är skickat till stadt@borken.example." in answer.content.decode()
    message = mailbox.messages[0]
    assert (message["To"], message["Subject"]) == (
        "stadt@borken.example",
        "Stimmt, was wir über Borken schreiben?",
    )
    assert confirmation.address in text(message)
    assert "Guten Tag!" in text(message)
    confirmation.refresh_from_db()
    assert confirmation.sent_at
    assert confirmation.email == "stadt@borken.example"


def test_last_address_is_filled_in(editor: Client, town: Town, mailbox: Mailbox) -> None:
    asked(town, email="stadt@borken.example")
    asked(TownFactory(), email="andra@example.org")
    add = f"{LIST}add/?town={town.pk}"
    answer = editor.post(add, filled_in(editor, add), follow=True)
    assert 'value="stadt@borken.example"' in answer.content.decode()


def test_mail_server_down_shows_a_warning(editor: Client, town: Town, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    confirmation = asked(town)
    answer = press(editor, confirmation, send="1", email="stadt@borken.example")
    html = answer.content.decode()
    assert "Brevet kunde inte skickas." in html
    assert confirmation.address in html
    assert 'value="stadt@borken.example"' in html
    confirmation.refresh_from_db()
    assert confirmation.sent_at is None


def test_odd_address_is_refused(editor: Client, town: Town, mailbox: Mailbox) -> None:
    confirmation = asked(town)
    for typed in ("", "borken", "a@b.example\nBcc: c@d.example", "å" * 300):
        answer = press(editor, confirmation, send="1", email=typed)
        assert answer.status_code == 400, typed
        assert "errorlist" in answer.content.decode(), typed
    assert mailbox.messages == []


def test_closed_link_is_not_sent(editor: Client, town: Town, mailbox: Mailbox) -> None:
    confirmation = asked(town, revoked_at=timezone.now())
    answer = press(editor, confirmation, send="1", email="stadt@borken.example")
    assert "Länken gäller inte längre." in answer.content.decode()
    assert mailbox.messages == []


# Deciding


def test_accepted_text_is_published_with_history(editor: Client, client: Client, town: Town) -> None:
    suggestion = proposed(town, "introduction", "Borken <b>an</b> der Aa", before="Alt")
    with translation.override("de"):
        assert "Alt" in client.get(town.get_absolute_url()).content.decode()
    answer = decide(editor, suggestion)
    assert "Förslaget är godtaget." in answer.content.decode()
    town.refresh_from_db()
    assert (town.introduction_de, town.introduction_sv) == ("Borken <b>an</b> der Aa", "Borken, Tyskland")
    html = client.get("/de/partnerstaedte/borken/").content.decode()
    assert "Borken &lt;b&gt;an&lt;/b&gt; der Aa" in html
    assert "Bestätigt von Borken" in html
    version = Version.objects.get_for_object(town)[0]
    assert version.revision.comment == "Rättat av partnern: Presentation"
    assert version.revision.user.username == "samordnare"
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_by.username) == ("accepted", "samordnare")  # type: ignore[union-attr]
    assert suggestion.decided_at


@pytest.mark.parametrize(("language", "column"), [("sv", "introduction_sv"), ("fr", "introduction_fr")])
def test_accepted_text_is_written_in_its_language(editor: Client, town: Town, language: str, column: str) -> None:
    decide(editor, proposed(town, "introduction", "Nytt", language=language))
    town.refresh_from_db()
    assert getattr(town, column) == "Nytt"
    assert town.introduction_de == "Alt"


def test_accepted_translation_is_no_longer_outdated(editor: Client, town: Town) -> None:
    for language in ("de", "fr"):
        TranslationStatus.objects.create(
            model="twinning.town", object_id=town.pk, field="introduction", language=language
        )
    Town.objects.filter(pk=town.pk).update(introduction_fr="Vieux")
    decide(editor, proposed(town, "introduction", "Neu"))
    assert list(TranslationStatus.objects.values_list("language", flat=True)) == ["fr"]


def test_emptied_proposal_is_not_accepted(editor: Client, town: Town) -> None:
    answer = decide(editor, proposed(town, "introduction", ""))
    assert "Förslagets text är gallrad." in answer.content.decode()
    town.refresh_from_db()
    assert town.introduction_de == "Alt"


def test_unsafe_website_is_not_written(editor: Client, town: Town) -> None:
    suggestion = proposed(town, "website", "javascript:alert(1)")
    assert "Skriv en webbadress" in decide(editor, suggestion).content.decode()
    suggestion.refresh_from_db()
    town.refresh_from_db()
    assert (suggestion.state, "javascript" in town.website) == ("waiting", False)


@pytest.mark.parametrize("field", ["body", "country", "note", "agreement-999"])
def test_what_is_written_by_hand_changes_nothing(editor: Client, town: Town, field: str) -> None:
    suggestion = proposed(town, field, "<script>alert(1)</script>", before="En stad.")
    html = editor.get(page(suggestion.confirmation)).content.decode()
    assert "Det är gjort" in html
    assert "<script>alert" not in html
    before = Town.objects.values().get(pk=town.pk)
    decide(editor, suggestion)
    suggestion.refresh_from_db()
    assert suggestion.state == "accepted"
    assert Town.objects.values().get(pk=town.pk) == before


def test_declined_text_changes_nothing(editor: Client, town: Town) -> None:
    suggestion = proposed(town, "introduction", "Neu")
    assert "Förslaget är avböjt." in decide(editor, suggestion, "decline").content.decode()
    town.refresh_from_db()
    suggestion.refresh_from_db()
    assert (town.introduction_de, suggestion.state) == ("Alt", "declined")
    assert "avslutad, avböjda förslag: 1" in editor.get(LIST).content.decode()


def test_text_changed_since_the_link_is_shown(editor: Client, town: Town) -> None:
    suggestion = proposed(town, "introduction", "Neu", before="Alt")
    assert "har ändrats sedan" not in editor.get(page(suggestion.confirmation)).content.decode()
    Town.objects.filter(pk=town.pk).update(introduction_de="Samordnarens")
    html = editor.get(page(suggestion.confirmation)).content.decode()
    assert "Texten har ändrats sedan partnern läste den." in html
    assert "”Alt”" in html
    assert "Samordnarens" in html


def test_text_changed_since_the_page_is_not_overwritten(editor: Client, town: Town) -> None:
    suggestion = proposed(town, "introduction", "Neu", before="Alt")
    Town.objects.filter(pk=town.pk).update(introduction_de="Samordnarens")
    answer = decide(editor, suggestion, seen="Alt")
    assert "Texten har ändrats sedan du öppnade sidan." in answer.content.decode()
    town.refresh_from_db()
    suggestion.refresh_from_db()
    assert (town.introduction_de, suggestion.state) == ("Samordnarens", "waiting")
    decide(editor, suggestion)
    town.refresh_from_db()
    assert town.introduction_de == "Neu"


def test_suggestion_is_decided_once(editor: Client, town: Town) -> None:
    suggestion = proposed(town, "introduction", "Neu")
    decide(editor, suggestion, "decline")
    for how in ("accept", "decline"):
        assert "Någon annan har redan svarat" in decide(editor, suggestion, how).content.decode()
    town.refresh_from_db()
    assert town.introduction_de == "Alt"


def test_open_form_of_the_town_conflicts(editor: Client, town: Town) -> None:
    url = admin_url(town)
    mine = filled_in(editor, url, body_de="<p>Mein</p>")
    decide(editor, proposed(town, "introduction", "Neu"))
    assert editor.post(url, mine).context["conflict"]


def test_editor_is_led_to_no_confirmation(town: Town) -> None:
    """What each role may open and press: test_every_address.py."""
    proposed(town, "introduction", "Neu")
    user = account("Redaktör")
    assert partners(user) is None
    assert LIST not in logged_in(user).get(admin_url(town)).content.decode()


def test_accepting_needs_the_right_to_publish(town: Town) -> None:
    user = account("Samordnare")
    suggestion = proposed(town, "introduction", "Neu")
    user.groups.get().permissions.remove(*user.groups.get().permissions.filter(codename="publish"))
    client = logged_in(user)
    assert "Godta och publicera" not in client.get(page(suggestion.confirmation)).content.decode()
    for button in ("accept", "decline"):
        assert decide(client, suggestion, button).status_code == 403


def test_suggestion_of_another_confirmation_is_not_found(editor: Client, town: Town) -> None:
    suggestion, other = proposed(town, "introduction", "Neu"), asked(town)
    assert press(editor, other, accept="1", suggestion=suggestion.pk).status_code == 404


def test_actions_need_a_csrf_token(chief: User, town: Town) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(chief)
    assert press(strict, asked(town), revoke="1").status_code == 403


# The first page


def card_lines(chief: User) -> list[tuple[str, str]]:
    card = partners(chief)
    return [(line.title, line.detail) for line in card.lines] if card else []


def test_card_lists_towns_that_never_answered(chief: User, town: Town) -> None:
    assert card_lines(chief) == []
    home = TownFactory(home=True, name_sv="Mölndal")
    agreement = PartnershipFactory(town_a=home, town_b=town)
    assert card_lines(chief) == [("Borken", "Har aldrig svarat")]
    confirmation = asked(town)
    assert card_lines(chief) == []
    now = timezone.now()
    Confirmation.objects.update(answered_at=now)
    assert card_lines(chief) == []
    Confirmation.objects.update(answered_at=now - timedelta(days=366))
    assert card_lines(chief)[0][1].startswith("Svarade senast ")
    assert confirmation.town == town
    agreement.until = timezone.localdate() - timedelta(days=1)
    agreement.since = None
    agreement.save()
    assert card_lines(chief) == []


def test_card_lists_links_that_end_without_an_answer(chief: User, town: Town) -> None:
    now = timezone.now()
    confirmation = asked(town, expires_at=now + timedelta(days=3))
    assert card_lines(chief)[0][1].startswith("Inget svar. Länken gäller till")
    Confirmation.objects.update(expires_at=now - timedelta(days=3))
    assert card_lines(chief)[0][1].startswith("Inget svar. Länken gällde till")
    asked(town, created_at=now + timedelta(minutes=1))
    assert card_lines(chief) == []
    assert confirmation.state == "väntar på svar"


def test_card_lists_answers_with_corrections(editor: Client, chief: User, town: Town) -> None:
    suggestion = proposed(town, "introduction", "Neu")
    assert card_lines(chief) == [("Borken", "1 förslag väntar på dig")]
    html = editor.get("/admin/").content.decode()
    assert "Partnern bekräftar" in html
    assert page(suggestion.confirmation) in html
    decide(editor, suggestion, "decline")
    assert card_lines(chief) == []
