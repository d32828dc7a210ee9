"""The monthly letter about pages that nobody has looked through for a year."""

import smtplib
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accessibility.models import Statement
from contacts.models import Contact
from dashboard.models import SentLetter
from dashboard.reminders import send_reminders
from networks.models import Network
from tests.dashboard.conftest import Mailbox, text
from tests.factories import HIDDEN, ContactFactory, NetworkFactory, StatementFactory, TownFactory

pytestmark = pytest.mark.django_db


def test_each_contact_is_told_of_its_own_pages_the_oldest_first(mailbox: Mailbox, contact: Contact) -> None:
    other = ContactFactory(name="Åsa Öberg", email="asa@example.org")
    network = NetworkFactory(name_sv="Eurotowns", reviewed_at=date(2020, 5, 4))
    TownFactory(name_sv="Borken", reviewed_at=date(2019, 5, 4))
    NetworkFactory(name_sv="SERN", contact=other)
    NetworkFactory(name_sv="Nygranskat", reviewed_at=timezone.localdate())
    assert send_reminders(dry_run=False).startswith("2 ")
    by_address = {message["To"]: message for message in mailbox.messages}
    assert set(by_address) == {contact.email, "asa@example.org"}
    message = by_address[contact.email]
    assert message["Subject"] == "Dags att granska 2 sidor"
    said = text(message)
    for part in (
        "Hej Cecilia Rignell!",
        "- Eurotowns (senast 4 maj 2020)",
        f"https://international.example/admin/networks/network/{network.pk}/change/",
        "https://international.example/admin/",
    ):
        assert part in said
    assert said.index("Borken") < said.index("Eurotowns")
    assert "SERN" not in said
    assert "Nygranskat" not in said
    assert by_address["asa@example.org"]["Subject"] == "Dags att granska en sida"


def test_the_letter_is_sent_once_a_month(mailbox: Mailbox, contact: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    NetworkFactory()
    for _ in range(2):
        send_reminders(dry_run=False)
    assert len(mailbox.messages) == 1
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert send_reminders(dry_run=False).startswith("1 ")


def test_a_letter_about_answers_is_another_letter(mailbox: Mailbox, contact: Contact) -> None:
    NetworkFactory()
    month = timezone.localdate().replace(day=1)
    SentLetter.objects.create(contact=contact, kind=SentLetter.Kind.ANSWERS, period=month)
    assert send_reminders(dry_run=False).startswith("1 ")


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_nobody_sees_is_passed_over(mailbox: Mailbox, contact: Contact, hidden: dict[str, Any]) -> None:
    NetworkFactory(**hidden)
    NetworkFactory(contact=ContactFactory(email=""))
    assert send_reminders(dry_run=False).startswith("0 ")
    assert mailbox.messages == []


def test_the_statement_has_its_own_rule(mailbox: Mailbox, contact: Contact) -> None:
    statement = StatementFactory()
    today = timezone.localdate()
    Statement.objects.update(revised_on=today, assessed_on=today, reviewed_at=date(2019, 1, 1))
    assert send_reminders(dry_run=False).startswith("0 ")
    Statement.objects.update(revised_on=date(2019, 1, 1))
    send_reminders(dry_run=False)
    assert str(statement) in text(mailbox.messages[0])


def test_a_long_list_is_cut_and_says_so(mailbox: Mailbox, contact: Contact) -> None:
    NetworkFactory.create_batch(23)
    send_reminders(dry_run=False)
    assert mailbox.messages[0]["Subject"] == "Dags att granska 23 sidor"
    said = text(mailbox.messages[0])
    assert said.count("\n- ") == 20
    assert "Och 3 till." in said


def test_one_refused_address_stops_no_other_letter(mailbox: Mailbox, contact: Contact) -> None:
    NetworkFactory(contact=ContactFactory(email="refused@example.org"))
    NetworkFactory()
    with pytest.raises(smtplib.SMTPException, match="1 of 2"):
        send_reminders(dry_run=False)
    assert [message["To"] for message in mailbox.messages] == [contact.email]
    assert SentLetter.objects.get().contact == contact


def test_a_name_cannot_add_a_header_nor_html(mailbox: Mailbox, contact: Contact) -> None:
    Contact.objects.update(name="Cecilia\nBcc: evil@example.org")
    NetworkFactory(name_sv="Å & Ö <b>")
    send_reminders(dry_run=False)
    assert mailbox.messages[0]["Bcc"] is None
    assert "Å & Ö <b>" in text(mailbox.messages[0])


def test_a_dry_run_sends_nothing(mailbox: Mailbox, contact: Contact) -> None:
    NetworkFactory()
    assert send_reminders(dry_run=True).startswith("1 ")
    assert mailbox.messages == []
    assert not SentLetter.objects.exists()
    assert Network.objects.get().reviewed_at is None


def test_without_a_mail_server_nothing_is_sent(contact: Contact, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    NetworkFactory()
    assert "EMAIL_HOST" in send_reminders(dry_run=False)
