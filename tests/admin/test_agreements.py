"""Agreements between towns, edited on the form of either town."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.dashboard.test_roles import account, logged_in
from tests.factories import LONG_AGO, PartnershipFactory, TownFactory
from tests.forms import admin_url, errors, filled_in, refused, save
from twinning.models import Partnership, Town

pytestmark = pytest.mark.django_db


def add(model: Any) -> str:
    return admin_url(model, "add")


@pytest.fixture
def towns() -> tuple[Town, Town]:
    """Mölndal and Borken, and their agreement since 1997."""
    home = TownFactory(name_sv="Mölndal", slug="molndal", home=True)
    borken = TownFactory(name_sv="Borken", slug="borken")
    PartnershipFactory(town_a=home, town_b=borken, since=LONG_AGO.date())
    return home, borken


def row(prefix: str, **values: Any) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in values.items()}


def second_row(**values: Any) -> dict[str, Any]:
    return {"partnerships-TOTAL_FORMS": 2} | row("partnerships-1", **values)


def test_agreement_is_edited_on_both_its_towns(editor: Client, towns: tuple[Town, Town]) -> None:
    before = Partnership.objects.values().get()
    for town, partner in (towns, towns[::-1]):
        forms = editor.get(admin_url(town)).context["inline_admin_formsets"][0].formset.forms
        assert [form["partner"].value() for form in forms] == [partner.pk]
        save(editor, town)
        assert Partnership.objects.values().get() == before


def test_new_town_comes_with_its_agreement(
    editor: Client, towns: tuple[Town, Town], client: Client, fronts: object
) -> None:
    typed = {"name_sv": "Ny stad", "introduction_sv": "Ny stad i Finland", "slug": "ny-stad", "country": "FI"}
    data = filled_in(editor, add(Town), **typed, latitude="60,2", longitude="24,9")
    data |= {"partnerships-TOTAL_FORMS": 1} | row("partnerships-0", partner=towns[0].pk, kind="twin", since="2026")
    response = editor.post(add(Town), data)
    assert response.status_code == 302, errors(response)
    town = Town.objects.with_relation().get(slug="ny-stad")
    assert town.relation == "twin"
    assert Partnership.objects.of(town).get().since == date(2026, 1, 1)
    Town.objects.filter(pk=town.pk).update(published_at=LONG_AGO)
    assert "sedan 2026" in client.get("/vanorter/ny-stad/").content.decode()


def test_twinning_turns_into_a_friendship_in_one_save(editor: Client, towns: tuple[Town, Town]) -> None:
    home, borken = towns
    new = second_row(partner=home.pk, kind="friendship", since="2020-06-17")
    save(editor, borken, **{"partnerships-0-until": "2020-06-17"}, **new)
    assert Town.objects.with_relation().get(pk=borken.pk).relation == "friendship"
    assert Partnership.objects.of(borken).count() == 2


def test_impossible_agreements_are_refused(editor: Client, towns: tuple[Town, Town]) -> None:
    def told(found: Iterable[str]) -> str:
        return " ".join(found)

    home, borken = towns
    twice = refused(editor, borken, **second_row(partner=home.pk, kind="friendship"))
    assert "har redan ett avtal som gäller" in told(twice["partnerships-1-partner"])
    ended = refused(editor, borken, **{"partnerships-0-until": "1990"})
    assert "kan inte upphöra innan det börjar" in told(ended["partnerships-0-until"])
    assert "partnerships-0-partner" in refused(editor, borken, **{"partnerships-0-partner": borken.pk})
    data = filled_in(editor, add(Partnership), town_a=borken.pk, town_b=home.pk, kind="twin")
    assert "har redan ett avtal som gäller" in told(errors(editor.post(add(Partnership), data))["__all__"])
    data["town_b"] = borken.pk
    assert "två olika orter" in told(errors(editor.post(add(Partnership), data))["__all__"])
    assert Partnership.objects.count() == 1


def test_editor_who_may_not_change_agreements_previews_a_town(towns: tuple[Town, Town]) -> None:
    _home, borken = towns
    url, client = admin_url(borken), logged_in(account("Redaktör"))
    posted = filled_in(client, url, introduction_sv="Ett utkast.")
    assert client.post(url, posted | {"_preview": "1"}).status_code == 302
    page = client.post(url, posted | {"_draft": "1"}, follow=True)
    assert not errors(page)
    assert [str(change.label) for change in page.context["drafted"]] == ["Så presenteras orten på svenska"]
