"""Drafts that an editor proposes to publish, by mail and on the dashboard."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from editing.models import Draft, Proposal
from editing.waiting import publish_due
from networks.models import Network
from tests.dashboard.conftest import Mailbox, mailbox
from tests.dashboard.test_roles import account, logged_in
from tests.forms import admin_url, filled_in

__all__ = ["mailbox"]  # a fixture
pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(settings: Any) -> User:
    """An editor, on a site that can send mail."""
    settings.EMAIL_HOST, settings.SITE_URL = "mail.example.org", "https://international.example"
    return account("Redaktör", "anna", first_name="Anna", email="anna@example.org")


@pytest.fixture
def chief() -> User:
    return account("Samordnare", "eva", first_name="Eva", email="eva@example.org")


def press(user: User, network: Network, button: str, note: str = "", follow: bool = False, **changes: Any) -> Any:
    client, url = logged_in(user), admin_url(network)
    data = filled_in(client, url, **changes)
    return client.post(url, data | {button: "1", "proposal-note": note}, follow=follow)


def propose(user: User, network: Network, follow: bool = False) -> Any:
    return press(user, network, "_propose", "Ny siffra i ingressen.", follow, summary_sv="Den nya texten.")


def first_page(user: User) -> str:
    return logged_in(user).get("/admin/").content.decode()


def seen() -> str:
    return Client().get("/natverk/sern/").content.decode()


def test_proposed_draft_is_published(
    anna: User, chief: User, network: Network, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert "Utkastet är klart för granskning." in propose(anna, network, follow=True).content.decode()
    assert "Den publicerade texten." in seen()
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["eva@example.org"], "Klart för granskning: SERN")
    assert "Ny siffra i ingressen." in letter.body
    assert f"https://international.example{admin_url(network)}" in letter.body
    assert "Anna är klar sedan" in first_page(chief)
    assert "Anna vill att du granskar utkastet" in logged_in(chief).get(admin_url(network)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        press(chief, network, "_save")
    assert "Den nya texten." in seen()
    assert (mail.outbox[1].to, mail.outbox[1].subject) == (["anna@example.org"], "Publicerat: SERN")
    assert not Proposal.objects.exists()
    assert "Klart för granskning" not in first_page(chief)


def test_draft_is_sent_back_and_proposed_again(
    anna: User, chief: User, network: Network, django_capture_on_commit_callbacks: Any
) -> None:
    propose(anna, network)
    with django_capture_on_commit_callbacks(execute=True):
        press(chief, network, "_return", "Ange källan.")
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["anna@example.org"], "Tillbaka till dig: SERN")
    form = logged_in(anna).get(admin_url(network)).content.decode()
    assert "Eva skickade tillbaka utkastet" in form
    assert "Ange källan." in form
    assert "Den nya texten." in form
    assert "Eva skickade tillbaka det" in first_page(anna)
    propose(anna, network)
    assert "Anna är klar sedan" in first_page(chief)
    assert "Ange källan." not in logged_in(chief).get(admin_url(network)).content.decode()


def test_published_scheduled_proposal_sends_a_letter(
    anna: User, chief: User, network: Network, django_capture_on_commit_callbacks: Any
) -> None:
    propose(anna, network)
    client, url = logged_in(chief), admin_url(network)
    client.post(url, filled_in(client, url) | {"_schedule": "1", "schedule-publish_at": "2199-05-01T10:00"})
    card = first_page(chief)
    assert "1 maj 2199" in card
    assert "Klart för granskning" not in card
    with django_capture_on_commit_callbacks(execute=True):
        publish_due(datetime(2199, 5, 1, 8, 0, tzinfo=UTC))
    assert "Den nya texten." in seen()
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["anna@example.org"], "Publicerat: SERN")


def test_refused_address_stops_no_other_letter(
    anna: User, chief: User, network: Network, mailbox: Mailbox, django_capture_on_commit_callbacks: Any
) -> None:
    account("Samordnare", "aaa", email="refused@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        propose(anna, network)
    assert [letter["To"] for letter in mailbox.messages] == ["eva@example.org"]


def test_proposal_stays_when_its_author_saves_the_page(anna: User, chief: User, network: Network) -> None:
    """A page that is not public is saved by its editor, and still waits for a coordinator."""
    Network.objects.update(published_at=None)
    propose(anna, network)
    answered = press(anna, network, "_save", follow=True, summary_sv="Ännu nyare text.")
    assert "Sidan väntar fortfarande på att en samordnare granskar den." in answered.content.decode()
    assert "Anna är klar sedan" in first_page(chief)
    press(chief, network, "_publish")
    assert "Ännu nyare text." in seen()
    assert not Draft.objects.exists()


def test_sending_back_needs_a_note(anna: User, chief: User, network: Network) -> None:
    propose(anna, network)
    page = press(chief, network, "_return", "  ", summary_sv="Evas text.").content.decode()
    assert "Detta fält måste fyllas i" in page
    assert "Evas text." in page
    assert not Proposal.objects.get().returned_at


def test_unfinished_draft_is_not_proposed(anna: User, network: Network) -> None:
    page = press(anna, network, "_propose", "Klart!", name_sv="").content.decode()
    assert "Rätta det här" in page
    assert "Klart!" in page
    assert not Proposal.objects.exists()


def test_discarded_draft_keeps_what_was_typed(anna: User, chief: User, network: Network) -> None:
    propose(anna, network)
    client, url = logged_in(chief), admin_url(network)
    data = filled_in(client, url, summary_sv="Evas text.")
    Draft.objects.all().delete()
    page = client.post(url, data | {"_return": "1", "proposal-note": "Nej"}).content.decode()
    assert "Evas text." in page


def test_new_page_is_saved_before_it_is_proposed(anna: User) -> None:
    answer = logged_in(anna).post("/admin/networks/network/add/", {"_propose": "1", "name_sv": "Nytt"})
    assert answer.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_mail_server_down_shows_a_warning(anna: User, chief: User, network: Network, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = propose(anna, network, follow=True).content.decode()
    assert "gick inte att skicka. Hör av dig själv." in page
    assert Proposal.objects.count() == 1
