"""The weekly letter, as a real mail server takes it."""

import smtplib
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from contacts.models import Contact
from dashboard.digest import send_digests
from dashboard.management.commands import nightly
from dashboard.models import SentLetter
from feedback.models import Answer
from feedback.report import midnight, monday
from networks.models import Network
from tests.dashboard.conftest import Mailbox, text
from tests.factories import ContactFactory, NetworkFactory

pytestmark = pytest.mark.django_db


def answered(network: Network, yes: int = 0, no: int = 0, days_ago: int = 7, comments: int = 0) -> None:
    """So many answers in last week, or on another day."""
    day = monday(timezone.localdate()) - timedelta(days=days_ago)
    values = {"page": network.key, "page_title": str(network), "language": "sv", "revision": network.updated_at}
    Answer.objects.bulk_create(
        Answer(helped="yes" if number < yes else "no", commented=number < comments, created_at=midnight(day), **values)
        for number in range(yes + no)
    )


def test_each_contact_is_told_of_its_own_pages(mailbox: Mailbox, contact: Contact) -> None:
    other = ContactFactory(name="Åsa Öberg", email="asa@example.org")
    answered(NetworkFactory(name_sv="Eurotowns"), yes=12, no=3, comments=2)
    answered(NetworkFactory(name_sv="SERN", contact=other), no=1)
    assert send_digests(dry_run=False).startswith("2 ")
    by_address = {message["To"]: message for message in mailbox.messages}
    assert set(by_address) == {contact.email, "asa@example.org"}
    message = by_address[contact.email]
    week = (monday(timezone.localdate()) - timedelta(weeks=1)).isocalendar().week
    assert message["Subject"] == f"Svar från läsarna vecka {week}: 12 ja, 3 nej"
    assert message["From"] == "Mölndals stad <webb@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    said = text(message)
    for part in (
        "Hej Cecilia Rignell!",
        "svarade 15 läsare",
        "12 ja, 3 nej, 2 med kommentar",
        "1. Eurotowns\n   3 nej av 15 svar",
        "https://international.example/admin/feedback/answer/?page=networks.network%3A",
        "https://international.example/admin/feedback/answer/rapport/",
    ):
        assert part in said
    assert "SERN" not in said
    assert "Hej Åsa Öberg!" in text(by_address["asa@example.org"])


def test_the_three_that_most_need_it_are_named(mailbox: Mailbox, contact: Contact) -> None:
    for number, (yes, no) in enumerate([(1, 9), (9, 1), (0, 1), (0, 20), (50, 0)]):
        answered(NetworkFactory(name_sv=f"Nätverk {chr(65 + number)}"), yes, no)
    send_digests(dry_run=False)
    said = text(mailbox.messages[0])
    assert [line[3:] for line in said.splitlines() if line[:2] in {"1.", "2.", "3.", "4."}] == [
        "Nätverk D",
        "Nätverk A",
        "Nätverk C",
    ]


def test_the_letter_is_sent_once_a_week(mailbox: Mailbox, contact: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    network = NetworkFactory()
    answered(network, no=1)
    for _ in range(2):
        send_digests(dry_run=False)
    assert len(mailbox.messages) == 1
    answered(network, yes=1, days_ago=0)
    later = timezone.now() + timedelta(weeks=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    send_digests(dry_run=False)
    assert [message["Subject"].split(": ")[1] for message in mailbox.messages] == ["0 ja, 1 nej", "1 ja, 0 nej"]
    assert "Ingen sida har fått något nej" not in text(mailbox.messages[1])


@pytest.mark.parametrize("days_ago", [0, -3, 8])
def test_a_week_without_answers_is_passed_over(mailbox: Mailbox, contact: Contact, days_ago: int) -> None:
    answered(NetworkFactory(), no=1, days_ago=days_ago)
    assert send_digests(dry_run=False).startswith("0 ")
    assert mailbox.messages == []


def test_the_last_day_of_the_week_counts(mailbox: Mailbox, contact: Contact) -> None:
    answered(NetworkFactory(), yes=1, days_ago=1)
    send_digests(dry_run=False)
    assert "Ingen sida har fått något nej" in text(mailbox.messages[0])


def test_digest_skips_deleted_pages_and_empty_addresses(mailbox: Mailbox, contact: Contact) -> None:
    gone = NetworkFactory()
    answered(gone, no=1)
    answered(NetworkFactory(contact=ContactFactory(email="")), no=1)
    gone.delete()
    assert send_digests(dry_run=False).startswith("0 ")


def test_one_refused_address_stops_no_other_letter(mailbox: Mailbox, contact: Contact) -> None:
    answered(NetworkFactory(contact=ContactFactory(email="refused@example.org")), no=1)
    answered(NetworkFactory(), no=1)
    with pytest.raises(smtplib.SMTPException, match="1 of 2"):
        send_digests(dry_run=False)
    assert [message["To"] for message in mailbox.messages] == [contact.email]
    assert SentLetter.objects.get().contact == contact


def test_a_name_cannot_add_a_header(mailbox: Mailbox, contact: Contact) -> None:
    Contact.objects.update(name="Cecilia\nBcc: evil@example.org")
    answered(NetworkFactory(), no=1)
    send_digests(dry_run=False)
    assert mailbox.messages[0]["Bcc"] is None


def test_missed_weeks_are_reported_once_each(
    mailbox: Mailbox, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday_morning = datetime(2026, 11, 2, 3, tzinfo=UTC)  # of week 45
    network = NetworkFactory()

    def night(days: int) -> list[str]:
        """The weeks of the letters of a night so many days later."""
        monkeypatch.setattr(timezone, "now", lambda: monday_morning + timedelta(days=days))
        monkeypatch.setattr(nightly, "STEPS", {"digest": send_digests})
        before = len(mailbox.messages)
        call_command("nightly", stdout=StringIO())
        return [str(message["Subject"]).split(":")[0].split()[-1] for message in mailbox.messages[before:]]

    monkeypatch.setattr(timezone, "now", lambda: monday_morning)
    for days_ago in (14, 7, 0, -7, -21):  # weeks 43, 44, 45, 46 and 48
        answered(network, no=1, days_ago=days_ago)
    assert night(0) == ["44"]
    assert night(6) == []
    assert night(23) == ["45", "46"]  # no run in weeks 46 and 47
    assert night(28) == ["48"]
    assert night(40) == []
    assert "Vecka 45 (2 november–8 november 2026) svarade" in text(mailbox.messages[1])


def test_a_dry_run_sends_nothing(mailbox: Mailbox, contact: Contact) -> None:
    answered(NetworkFactory(), no=1)
    assert send_digests(dry_run=True).startswith("1 ")
    assert mailbox.messages == []
    assert not SentLetter.objects.exists()


def test_without_a_mail_server_nothing_is_sent(contact: Contact, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    answered(NetworkFactory(), no=1)
    assert "EMAIL_HOST" in send_digests(dry_run=False)
    assert not SentLetter.objects.exists()
