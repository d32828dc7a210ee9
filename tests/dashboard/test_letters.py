"""Letters to contacts, as a real mail server takes them."""

import smtplib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accessibility.models import Statement
from contacts.models import Contact
from dashboard.letters import send_digests, send_reminders
from dashboard.management.commands import nightly
from dashboard.models import SentLetter
from feedback.models import Answer
from feedback.report import midnight, monday
from networks.models import Network
from tests.dashboard.conftest import Mailbox, text
from tests.factories import HIDDEN, ContactFactory, NetworkFactory, StatementFactory, TownFactory

pytestmark = pytest.mark.django_db
SENDERS: tuple[Callable[[bool], str], ...] = (send_digests, send_reminders)


def answered(network: Network, yes: int = 0, no: int = 0, days_ago: int = 7, comments: int = 0) -> None:
    """So many answers in last week, or on another day."""
    day = monday(timezone.localdate()) - timedelta(days=days_ago)
    values = {"page": network.key, "page_title": str(network), "language": "sv", "revision": network.updated_at}
    Answer.objects.bulk_create(
        Answer(helped="yes" if number < yes else "no", commented=number < comments, created_at=midnight(day), **values)
        for number in range(yes + no)
    )


def by_address(mailbox: Mailbox) -> dict[str, Any]:
    return {message["To"]: message for message in mailbox.messages}


@pytest.fixture
def other() -> Contact:
    return ContactFactory(name="Åsa Öberg", email="asa@example.org")


def test_digest_tells_each_contact_of_its_own_pages(mailbox: Mailbox, contact: Contact, other: Contact) -> None:
    answered(NetworkFactory(name_sv="Eurotowns"), yes=12, no=3, comments=2)
    answered(NetworkFactory(name_sv="SERN", contact=other), no=1)
    assert send_digests(False).startswith("2 ")
    letters = by_address(mailbox)
    assert set(letters) == {contact.email, "asa@example.org"}
    message = letters[contact.email]
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
    assert "Hej Åsa Öberg!" in text(letters["asa@example.org"])


def test_digest_names_the_three_pages_that_need_it_most(mailbox: Mailbox, contact: Contact) -> None:
    for number, (yes, no) in enumerate([(1, 9), (9, 1), (0, 1), (0, 20), (50, 0)]):
        answered(NetworkFactory(name_sv=f"Nätverk {chr(65 + number)}"), yes, no)
    send_digests(False)
    lines = text(mailbox.messages[0]).splitlines()
    assert [line for line in lines if line[:2] in {"1.", "2.", "3.", "4."}] == [
        "1. Nätverk D",
        "2. Nätverk A",
        "3. Nätverk C",
    ]


def test_digest_counts_last_week_alone(mailbox: Mailbox, contact: Contact) -> None:
    network = NetworkFactory()
    for days_ago in (0, -3, 8):
        answered(network, no=1, days_ago=days_ago)
    gone = NetworkFactory()
    answered(gone, no=1)
    answered(NetworkFactory(contact=ContactFactory(email="")), no=1)
    gone.delete()
    assert send_digests(False).startswith("0 ")
    answered(NetworkFactory(), yes=1, days_ago=1)  # the week's last day
    assert send_digests(False).startswith("1 ")
    assert "1 ja, 0 nej" in mailbox.messages[0]["Subject"]


def test_missed_weeks_are_reported_once_each(
    mailbox: Mailbox, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday_morning = datetime(2026, 11, 2, 3, tzinfo=UTC)  # of week 45
    network = NetworkFactory()

    def night(days: int) -> list[str]:
        """The weeks of the letters of a night so many days later."""
        monkeypatch.setattr(timezone, "now", lambda: monday_morning + timedelta(days=days))
        monkeypatch.setattr(nightly, "STEPS", {"veckobrev": send_digests})
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


def test_reminder_lists_due_pages_oldest_first(mailbox: Mailbox, contact: Contact, other: Contact) -> None:
    network = NetworkFactory(name_sv="Å & Ö <b>", reviewed_at=date(2020, 5, 4))
    TownFactory(name_sv="Borken", reviewed_at=date(2019, 5, 4))
    NetworkFactory(name_sv="SERN", contact=other)
    NetworkFactory(name_sv="Nygranskat", reviewed_at=timezone.localdate())
    for hidden in HIDDEN:
        NetworkFactory(**hidden)
    assert send_reminders(False).startswith("2 ")
    message = by_address(mailbox)[contact.email]
    assert message["Subject"] == "Dags att granska 2 sidor"
    said = text(message)
    for part in (
        "Hej Cecilia Rignell!",
        "- Å & Ö <b> (senast 4 maj 2020)",
        f"https://international.example/admin/networks/network/{network.pk}/change/",
        "https://international.example/admin/",
    ):
        assert part in said
    assert said.index("Borken") < said.index("Å & Ö")
    assert "SERN" not in said
    assert by_address(mailbox)["asa@example.org"]["Subject"] == "Dags att granska en sida"


def test_reminder_has_another_rule_for_the_statement(mailbox: Mailbox, contact: Contact) -> None:
    statement, today = StatementFactory(), timezone.localdate()
    Statement.objects.update(revised_on=today, assessed_on=today, reviewed_at=date(2019, 1, 1))
    assert send_reminders(False).startswith("0 ")
    Statement.objects.update(revised_on=date(2019, 1, 1))
    send_reminders(False)
    assert str(statement) in text(mailbox.messages[0])


def test_long_reminder_is_cut_and_says_so(mailbox: Mailbox, contact: Contact) -> None:
    NetworkFactory.create_batch(23)
    send_reminders(False)
    assert mailbox.messages[0]["Subject"] == "Dags att granska 23 sidor"
    said = text(mailbox.messages[0])
    assert said.count("\n- ") == 20
    assert "Och 3 till." in said


def test_letter_is_sent_once_a_period(mailbox: Mailbox, contact: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(NetworkFactory(), no=1)
    for send in SENDERS:
        assert send(True).startswith("1 "), "a dry run"
        assert mailbox.messages == []
    for _again in range(2):
        for send in SENDERS:
            send(False)
    assert len(mailbox.messages) == 2
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert send_reminders(False).startswith("1 ")


def test_refused_address_stops_no_other_letter(mailbox: Mailbox, contact: Contact) -> None:
    answered(NetworkFactory(contact=ContactFactory(email="refused@example.org")), no=1)
    answered(NetworkFactory(), no=1)
    for send in SENDERS:
        mailbox.messages.clear()
        with pytest.raises(smtplib.SMTPException, match="1 av 2"):
            send(False)
        assert [message["To"] for message in mailbox.messages] == [contact.email]
    assert {letter.contact for letter in SentLetter.objects.all()} == {contact}


def test_name_cannot_add_a_header(mailbox: Mailbox, contact: Contact) -> None:
    Contact.objects.update(name="Cecilia\nBcc: evil@example.org")
    answered(NetworkFactory(), no=1)
    for send in SENDERS:
        send(False)
    assert [message["Bcc"] for message in mailbox.messages] == [None, None]


def test_without_a_mail_server_nothing_is_sent(contact: Contact, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    answered(NetworkFactory(), no=1)
    for send in SENDERS:
        assert "EMAIL_HOST" in send(False)
    assert not SentLetter.objects.exists()
