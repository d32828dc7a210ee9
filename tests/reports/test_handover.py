"""The page for handing over."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accessibility.models import Report
from dashboard.models import Note
from editing.models import Draft, Schedule
from feedback.models import Retention
from reports.handover import handing_over
from reports.section import Section
from tests.dashboard.test_roles import account, logged_in
from tests.factories import (
    FAR_OFF,
    LONG_AGO,
    AnswerFactory,
    ArticleFactory,
    ContactFactory,
    NetworkFactory,
    PartnershipFactory,
    StatementFactory,
    TownFactory,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/lamna-over/"
REVIEWED: dict[str, Any] = {"reviewed_at": timezone.localdate() - timedelta(days=2)}


def sections(role: str = "") -> dict[str, Section]:
    """The sections by their titles; for an administrator where no role is named."""
    user, _made = User.objects.get_or_create(username="chef", is_superuser=True)
    return {found.title: found for found in handing_over(account(role) if role else user)}


def lines(title: str) -> list[tuple[str, str]]:
    return [(line.title, line.detail) for line in sections()[title].lines]


def shown(client: Client) -> str:
    return unescape(client.get(ADDRESS).content.decode())


def test_due_pages_are_told_with_their_contacts() -> None:
    ContactFactory(name="Ordinarie", is_main=True)
    NetworkFactory(name_sv="SERN", reviewed_at=date(2020, 1, 2), contact=ContactFactory(name="Robin"))
    NetworkFactory(name_sv="Eurotowns", reviewed_at=date(2020, 1, 3))
    NetworkFactory(name_sv="Nyss", **REVIEWED)
    assert lines("Dags att granska") == [
        ("SERN", "Granskad 2 januari 2020 · Kontakt: Robin"),
        ("Eurotowns", "Granskad 3 januari 2020 · Kontakt: Ordinarie"),
    ]


def test_statement_that_is_due_is_told() -> None:
    StatementFactory()
    assert lines("Dags att granska") == [("Tillgänglighetsredogörelse", "")]


def test_drafts_are_told_with_authors_and_times() -> None:
    robin = User.objects.create_user("robin", first_name="Robin", last_name="Ek")
    network = NetworkFactory(name_sv="SERN", **REVIEWED)
    saved_at = datetime(2021, 3, 1, 12, tzinfo=UTC)
    draft = Draft.objects.create(model="networks.network", object_id=network.pk, user=robin, saved_at=saved_at)
    Schedule.objects.create(draft=draft, publish_at=FAR_OFF)
    Draft.objects.create(model="networks.network", user=robin, saved_at=saved_at)
    assert lines("Utkast") == [
        ("Nytt: nätverk", "Robin Ek, 1 mars 2021 kl. 13.00"),
        ("SERN", "Robin Ek, 1 mars 2021 kl. 13.00, publiceras 1 januari 2150 kl. 01.00"),
    ]


def test_scheduled_changes_are_told() -> None:
    NetworkFactory(name_sv="SERN", published_at=FAR_OFF)
    assert lines("På gång") == [("SERN", "Publiceras 1 januari 2150 kl. 01.00")]


def test_open_notes_are_told() -> None:
    network = NetworkFactory(name_sv="SERN")
    Note.objects.create(page=network.key, text="Sedan när?")
    Note.objects.create(page=network.key, text="Klart.", resolved_at=LONG_AGO)
    assert lines("Att reda ut") == [("SERN", "Sedan när?")]


def test_unhandled_reports_are_told() -> None:
    values: dict[str, Any] = {"page": "Startsidan", "language": "sv", "created_at": LONG_AGO}
    Report.objects.create(problem="Går inte att läsa.", **values)
    Report.objects.create(problem="Klart.", status=Report.Status.HANDLED, **values)
    assert lines("Rapporterade tillgänglighetsproblem") == [("Startsidan", "1 januari 2020 · Går inte att läsa.")]


def test_unread_answers_are_counted() -> None:
    AnswerFactory(comment="Hemligord")
    AnswerFactory(status="handled")
    assert lines("Olästa svar") == [("1 svar att läsa", "")]


def test_agreements_in_force_have_contact_and_review() -> None:
    home = TownFactory(home=True)
    robin = ContactFactory(name="Robin")
    town = TownFactory(name_sv="Borken", contact=robin, reviewed_at=date(2021, 2, 3))
    PartnershipFactory(town_a=home, town_b=town, since=date(1997, 1, 1), decision="KS 12")
    PartnershipFactory(town_a=home, until=date(2020, 1, 1))
    PartnershipFactory()
    detail = "vänortsavtal sedan 1997 · KS 12 · Kontakt: Robin · Granskad 3 februari 2021"
    assert lines("Avtal som gäller") == [("Borken", detail)]


def test_networks_have_contact_and_review() -> None:
    NetworkFactory(name_sv="SERN", member_from=date(1999, 1, 1))
    NetworkFactory(name_sv="Lämnat", member_until=date(2020, 1, 1))
    assert lines("Nätverk") == [("SERN", "medlem sedan 1999 · Kontakt saknas · Publicerad 1 januari 2020")]


def test_absent_contacts_have_their_stand_ins() -> None:
    today = timezone.localdate()
    away: dict[str, Any] = {"absent_from": date(2021, 1, 2), "absent_until": date(2150, 1, 2)}
    ContactFactory(name="Ordinarie", is_main=True)
    ContactFactory(name="Anna", stand_in=ContactFactory(name="Robin"), **away)
    ContactFactory(name="Bo", **away)
    ContactFactory(name="Tillbaka", absent_from=date(2021, 1, 2), absent_until=today - timedelta(days=1))
    days = "borta 2 januari 2021 till 2 januari 2150"
    found = lines("Kontakter som är borta")
    assert found == [("Anna", f"{days} · ersättare: Robin"), ("Bo", f"{days} · ingen ersättare")]


def test_open_opportunities_have_their_last_day() -> None:
    ArticleFactory(title_sv="Res", kind="opportunity", closes_on=date(2150, 1, 2))
    ArticleFactory(title_sv="Stängd", kind="opportunity", closes_on=date(2020, 1, 2))
    ArticleFactory(title_sv="Berättelse")
    assert lines("Möjligheter att söka") == [("Res", "sista dag 2 januari 2150 · Kontakt saknas")]


def test_retention_decision_is_told() -> None:
    Retention.objects.create(reference="KS 1", decided_on=date(2021, 1, 2), months=24)
    assert lines("Gallringsbeslut") == [("KS 1", "beslutat 2 januari 2021, kommentarer sparas i 24 månader")]


def test_empty_sections_say_so() -> None:
    found = sections().values()
    assert len(found) == 11
    assert all(not section.lines and section.empty.endswith(".") for section in found)


def test_long_sections_say_how_many_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.handover.MOST", 2)
    for _number in range(5):
        NetworkFactory()
    found = sections()["Dags att granska"]
    assert (found.count, len(found.lines), found.more) == (5, 2, 3)


@pytest.mark.parametrize("role", ["Samordnare", "Administratör"])
def test_coordinator_sees_every_section(role: str) -> None:
    assert len(sections(role)) == 11
    assert shown(logged_in(User.objects.get(username="kim"))).count('<section aria-labelledby="section-') == 11


def test_editor_sees_what_editors_may_view() -> None:
    Report.objects.create(page="Startsidan", problem="Hemligord", language="sv")
    Retention.objects.create(reference="Hemligord", decided_on=date(2021, 1, 2), months=24)
    html = shown(logged_in(account("Redaktör")))
    assert "<h2" in html
    for hidden in ("Rapporterade tillgänglighetsproblem", "Gallringsbeslut", "Hemligord"):
        assert hidden not in html
