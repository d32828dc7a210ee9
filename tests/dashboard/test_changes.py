"""The latest changes on the dashboard: by object and day, with what changed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import reversion
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from reversion.models import Revision

from dashboard.changes import SHOWN, latest_changes
from networks.models import Network
from tests.dashboard.test_roles import account
from tests.factories import FactFactory, NetworkFactory, ProjectFactory
from tests.queries import number_of_queries

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(datetime(2026, 3, 2, 12))


@pytest.fixture
def anna() -> User:
    return account("Samordnare", "anna")


def save(item: Any, user: User, when: datetime, comment: str = "", **changes: Any) -> None:
    with reversion.create_revision():
        reversion.set_user(user)
        reversion.set_comment(comment)
        reversion.set_date_created(when)
        for name, value in changes.items():
            setattr(item, name, value)
        item.save()
        reversion.add_to_revision(item)


def told(user: User) -> list[tuple[str, str, str]]:
    return [(change["title"], change["who"], change["what"]) for change in latest_changes(user)]


def test_changes_of_a_day_are_one_row_with_what_changed(anna: User) -> None:
    bo, network = account("Samordnare", "bo"), NetworkFactory(name_sv="SERN", summary_sv="Ett")
    save(network, anna, NOON - timedelta(days=1), "Skapade")
    save(network, anna, NOON, summary_sv="Två")
    save(network, bo, NOON + timedelta(minutes=1), "Ändrade Projekt", summary_sv="Tre", name_de="Netz")
    assert told(anna) == [
        ("SERN", "bo, anna", "Ändrade Projekt · Namn på tyska, Sammanfattning på svenska"),
        ("SERN", "anna", "Skapade"),
    ]
    assert latest_changes(anna)[0]["when"] == NOON + timedelta(minutes=1)


def test_an_empty_text_is_the_same_as_none(anna: User) -> None:
    network = NetworkFactory(body_de=None)
    save(network, anna, NOON - timedelta(days=1))
    save(network, anna, NOON, body_de="", summary_sv="Nytt")
    assert told(anna)[0][2] == "Sammanfattning på svenska"


def test_many_changed_fields_are_counted(anna: User) -> None:
    network = NetworkFactory()
    save(network, anna, NOON - timedelta(days=1))
    save(network, anna, NOON, **{f"summary_{code}": "Nytt" for code in ("sv", "en", "da", "de", "it", "pl", "cs")})
    assert told(anna)[0][2].endswith("Sammanfattning på tyska, 3 fält till")


def test_parts_that_did_not_change_are_left_out(anna: User) -> None:
    network = NetworkFactory(name_sv="SERN")
    projects = [ProjectFactory(network=network, name_sv=name) for name in ("Vatten", "Skola")]
    FactFactory(network=network)
    for item in (network, *projects):
        save(item, anna, NOON - timedelta(days=1))
    Network.objects.filter(pk=network.pk).update(summary_sv="Nytt")
    network.refresh_from_db()
    save(network, anna, NOON)  # which follows its parts
    assert [change["title"] for change in latest_changes(anna) if change["when"] == NOON] == ["SERN"]


def test_a_list_in_another_order_is_no_change(anna: User) -> None:
    network = NetworkFactory()
    save(network, anna, NOON - timedelta(days=1))
    with reversion.create_revision():
        reversion.set_user(anna)
        reversion.set_date_created(NOON)
        reversion.add_to_revision(network)
    assert len(told(anna)) == 1
    assert Revision.objects.count() == 2


def test_changes_take_as_many_queries_for_one_as_for_many(editor: Client, anna: User) -> None:
    network = NetworkFactory()
    save(network, anna, NOON - timedelta(days=1))
    save(network, anna, NOON, summary_sv="Nytt")
    latest_changes(anna)  # content types are remembered from now on
    few = number_of_queries(latest_changes, anna)
    for _ in range(2 * SHOWN):
        other = NetworkFactory()
        save(other, anna, NOON - timedelta(days=1))
        save(other, anna, NOON, summary_sv="Nytt")
    assert len(latest_changes(anna)) == SHOWN
    assert number_of_queries(latest_changes, anna) == few
