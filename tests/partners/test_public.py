"""What readers see of a confirmation on the town's page."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from dashboard.person import erase, export
from feedback.models import Retention
from pagecache.models import current_number
from partners.models import Confirmation
from tests.factories import LONG_AGO, TownFactory
from tests.partners.test_answering import asked
from twinning.models import Town

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # 1 December in Sweden
PERSON = {"name": "Anna Weiß", "role": "Archivarin", "email": "anna@borken.example"}


@pytest.fixture
def town(contact: Any) -> Town:
    return TownFactory(name_sv="Borken", slug="borken")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/vanorter/borken/", "Bekräftad av Borken 1 december 2026"),
        ("/de/partnerstaedte/borken/", "Bestätigt von Borken am 1. Dezember 2026"),
    ],
)
def test_confirmed_town_says_so(client: Client, town: Town, path: str, said: str) -> None:
    assert said not in client.get(path).content.decode()
    before = current_number()
    asked(town, answered_at=LATE, **PERSON)
    assert current_number() > before
    html = client.get(path).content.decode()
    assert said in html
    assert "Anna" not in html
    assert "Archivarin" not in html


@pytest.mark.parametrize(("state", "is_shown"), [("waiting", False), ("declined", False), ("accepted", True)])
def test_unsettled_answer_is_not_shown(client: Client, town: Town, state: str, is_shown: bool) -> None:
    confirmation = asked(town, answered_at=LATE)
    confirmation.suggestions.create(field="name", proposed="Bork", state=state)
    assert ("Bekräftad av" in client.get("/vanorter/borken/").content.decode()) is is_shown


def test_other_town_is_not_confirmed(client: Client, town: Town) -> None:
    asked(TownFactory(), answered_at=LATE)
    asked(town)
    assert "Bekräftad av" not in client.get("/vanorter/borken/").content.decode()


def test_person_is_found_and_masked(town: Town) -> None:
    confirmation = asked(town, answered_at=LATE, **PERSON)
    confirmation.suggestions.create(field="name", proposed="Fråga Anna Weiß")
    assert {"partners.confirmation", "partners.suggestion"} <= set(export(["Anna Weiß"]))
    erase(["Anna Weiß", "anna@borken.example"])
    assert not export(["Anna Weiß", "anna@borken.example"])
    confirmation.refresh_from_db()
    assert (confirmation.name, confirmation.suggestions.get().proposed) == ("[borttaget]", "Fråga [borttaget]")


def test_erased_account_leaves_its_decisions(town: Town) -> None:
    user = User.objects.create_user("robin", first_name="Robin", last_name="Ek")
    suggestion = asked(town, answered_at=LATE).suggestions.create(
        field="name", proposed="Bork", state="accepted", decided_by=user, decided_at=LATE
    )
    erase(["Robin Ek"])
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_at) == ("accepted", LATE)


def test_old_answers_are_emptied_by_night(town: Town, client: Client) -> None:
    Retention.objects.create(reference="KS 1", decided_on=LONG_AGO.date(), months=24)
    Retention.objects.update(effective_at=LONG_AGO)
    old, new = (asked(town, answered_at=moment, created_at=moment, **PERSON) for moment in (LONG_AGO, timezone.now()))
    old.suggestions.create(field="name", proposed="Anna", created_at=LONG_AGO, state="accepted")
    call_command("nightly")
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.name, old.role, old.email, old.suggestions.get().proposed) == ("", "", "", "")
    assert (old.answered_at, new.name) == (LONG_AGO, "Anna Weiß")
    assert Confirmation.objects.count() == 2
