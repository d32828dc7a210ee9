"""The cards about links and texts that need mending."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dashboard.card import LINES
from quality.models import CheckedLink, Problem, RemarkCount
from tests.dashboard.test_dashboard import card
from tests.dashboard.test_roles import account
from tests.factories import NetworkFactory, PartnershipFactory, TownFactory

pytestmark = pytest.mark.django_db
LINKS = "Trasiga länkar"


def link(url: str, problem: str = "", failures: int = 0, **values: Any) -> CheckedLink:
    values = {"checked_at": timezone.now(), "failed_since": timezone.now() if problem else None} | values
    return CheckedLink.objects.create(url=url, problem=problem, failures=failures, **values)


def test_broken_link_shows_sentence_and_where_it_stands(chief: User) -> None:
    town = TownFactory(name_sv="Borken")
    agreement = PartnershipFactory(town_a=town)
    since = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
    dead = link("https://borta.example/", Problem.GONE, 1, failed_since=since, used_by=[town.key, agreement.key, "x:1"])
    link("https://hel.example/")
    link("https://nere.example/", Problem.SILENT, 1)  # it may be there again tomorrow
    link("https://stängd.example/", Problem.CLOSED, 9)
    found = card(chief, LINKS)
    assert found
    assert [(line.title, line.url) for line in found.lines] == [
        ("https://borta.example/", f"/admin/quality/checkedlink/{dead.pk}/change/")
    ]
    assert found.lines[0].detail == "Sidan finns inte längre (404). Sedan 4 maj 2026."
    assert found.lines[0].links == (
        ("Borken", f"/admin/twinning/town/{town.pk}/change/"),
        (str(agreement), f"/admin/twinning/partnership/{agreement.pk}/change/"),
    )
    assert card(User.objects.create_user("x", is_staff=True), LINKS) is None
    assert card(account("Redaktör"), LINKS)


def test_many_broken_links_lead_to_the_list(editor: Client, chief: User) -> None:
    town = TownFactory(published_at=None, name_sv="Dold")
    for number in range(LINES + 2):
        link(f"https://{number}.example/", Problem.SERVER, 2)
    link(f"page:{town.key}", Problem.MISSING, 1, failed_since=timezone.now() + timedelta(hours=1))
    found = card(chief, LINKS)
    assert found
    assert (found.count, len(found.lines), found.lines[0].title) == ("8", LINES, "Sidan ”Dold”")
    assert "8 länkar" in editor.get(found.links[0][1]).content.decode()


def test_missing_internet_is_said_once(chief: User) -> None:
    assert card(chief, LINKS) is None
    NetworkFactory()
    two_days_ago = timezone.now() - timedelta(days=2, hours=1)
    for number in range(9):
        link(f"https://{number}.example/", checked_at=two_days_ago if number else None)
    link("/natverk/")
    found = card(chief, LINKS)
    assert found
    assert [line.title for line in found.lines] == ["Länkar till andra webbplatser kontrolleras inte."]
    assert found.count == ""
    CheckedLink.objects.filter(url="https://3.example/").update(checked_at=timezone.now())
    assert card(chief, LINKS) is None


def test_five_pages_with_most_remarks_are_shown(chief: User) -> None:
    title = "Sidor att förbättra"
    towns = [TownFactory(name_sv=f"Ort {number}") for number in range(7)]
    assert card(chief, title) is None
    for number, town in enumerate(towns):
        RemarkCount.objects.create(model="twinning.town", object_id=town.pk, count=number)
    gone = NetworkFactory()
    RemarkCount.objects.create(model="networks.network", object_id=gone.pk, count=50)
    gone.delete()
    found = card(chief, title)
    assert found
    assert [line.title for line in found.lines] == ["Ort 6", "Ort 5", "Ort 4", "Ort 3"]
    assert (found.lines[0].url, found.lines[0].detail) == (
        f"/admin/twinning/town/{towns[6].pk}/change/",
        "6 förslag",
    )
    assert card(User.objects.create_user("x", is_staff=True), title) is None
