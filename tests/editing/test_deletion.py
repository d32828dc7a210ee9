"""Deleting: what she is told before, what happens then, and that it can be undone."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from reversion.models import Version

from contacts.models import Contact
from networks.models import Fact, Network, Project
from pages.models import OldAddress, Page
from tests.factories import (
    ContactFactory,
    ExchangeFactory,
    FactFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    ProjectFactory,
    TownFactory,
)
from tests.forms import filled_in
from twinning.models import Partnership, Town

pytestmark = pytest.mark.django_db


def delete(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_delete", args=[obj.pk])


def change(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def asked(editor: Client, obj: Any) -> str:
    return unescape(editor.get(delete(obj)).content.decode())


def test_it_says_what_goes_too_and_how_it_comes_back(editor: Client) -> None:
    network = NetworkFactory(name_sv="Eurotowns")
    FactFactory(network=network, label_sv="Medlemsstäder")
    ProjectFactory(network=network, name_sv="avfallshantering")
    html = asked(editor, network)
    for said in (
        "Vill du radera ”Eurotowns”?",
        "Faktauppgifter (1)",
        "Medlemsstäder",
        "Projekt (1)",
        "avfallshantering",
        "återskapa det",
        "Avpublicera den i stället",
    ):
        assert said in html
    assert "Här används det" not in html


def test_it_says_where_it_is_used_with_links(editor: Client) -> None:
    area, town = FocusAreaFactory(), TownFactory()
    network = NetworkFactory(name_sv="Eurotowns", focus_areas=[area])
    project = ProjectFactory(network=network, name_sv="avfallshantering")
    project.focus_areas.add(area)
    exchange = ExchangeFactory(name_sv="Ungdomsutbyte", towns=[town])
    exchange.focus_areas.add(area)
    html = asked(editor, area)
    for item in (network, exchange):
        assert f'<a href="{change(item)}">{item}</a>' in html
    assert f'<a href="{change(network)}">avfallshantering</a>' in html
    assert "får du välja igen" in html
    assert f'<a href="{change(exchange)}">Ungdomsutbyte</a>' in asked(editor, town)


def test_a_contact_in_use_is_shown_where_and_pages_fall_back(editor: Client, client: Client, contact: Contact) -> None:
    other = ContactFactory(name="Åsa Öberg")
    network = NetworkFactory(slug="ett", contact=other)
    html = asked(editor, other)
    assert f'<a href="{change(network)}">' in html
    assert "ordinarie kontakt i stället" in html
    editor.post(delete(other), {"post": "yes"})
    assert not Contact.objects.filter(pk=other.pk).exists()
    assert "Cecilia Rignell" in client.get("/natverk/ett/").content.decode()


def test_many_uses_are_counted_and_some_named(editor: Client) -> None:
    area = FocusAreaFactory()
    for number in range(25):
        NetworkFactory(name_sv=f"Nätet {number:02}", focus_areas=[area])
    html = asked(editor, area)
    assert "Nätverk (25)" in html
    assert len(re.findall(r">Nätet \d\d</a>", html)) == 20
    assert "och 5 till" in html


def test_a_town_with_agreements_stays(editor: Client) -> None:
    town = TownFactory(name_sv="Borken")
    agreement = PartnershipFactory(town_a=TownFactory(name_sv="Mölndal", home=True), town_b=town)
    html = asked(editor, town)
    assert "”Borken” går inte att radera" in html
    assert f'<a href="{change(agreement)}">Mölndal – Borken</a>' in html
    assert 'value="yes"' not in html
    response = editor.post(delete(town), {"post": "yes"})
    assert response.status_code == 200
    assert Town.objects.filter(pk=town.pk).exists()
    assert Partnership.objects.filter(pk=agreement.pk).exists()


def test_what_was_deleted_can_be_brought_back_with_its_parts(editor: Client, client: Client, contact: Contact) -> None:
    area = FocusAreaFactory()
    network = NetworkFactory(slug="ett", name_sv="Eurotowns", focus_areas=[area])
    fact, project = FactFactory(network=network), ProjectFactory(network=network)
    assert not Version.objects.exists()
    assert editor.post(delete(network), {"post": "yes"}).status_code == 302
    assert not Network.objects.exists()
    assert not Fact.objects.exists()
    assert client.get("/natverk/ett/").status_code == 410
    version = Version.objects.get_deleted(Network).get()
    assert version.revision.comment == "Raderad"
    assert version.revision.user.username == "samordnare"
    version.revision.revert()
    assert Network.objects.get().focus_areas.get() == area
    assert (Fact.objects.get(), Project.objects.get()) == (fact, project)
    assert "Eurotowns" in client.get("/natverk/ett/").content.decode()


def test_readers_are_sent_on_to_the_chosen_page(editor: Client, client: Client, contact: Contact) -> None:
    network, page = NetworkFactory(slug="ett"), PageFactory(slug="i-stallet", title_sv="I stället")
    assert f'<option value="{page.key}">I stället</option>' in asked(editor, network)
    editor.post(delete(network), {"post": "yes", "target": page.key})
    response = client.get("/natverk/ett/")
    assert (response.status_code, response["Location"]) == (301, "/om/i-stallet/")


@pytest.mark.parametrize("target", ["https://evil.example/", "networks.network:0", "itself"])
def test_a_page_that_cannot_be_chosen_deletes_nothing(editor: Client, target: str) -> None:
    network = NetworkFactory()
    response = editor.post(delete(network), {"post": "yes", "target": network.key if target == "itself" else target})
    assert response.status_code == 200
    assert response.context["form"].errors["target"]
    assert Network.objects.exists()
    assert not Version.objects.exists()


def test_where_readers_go_may_be_changed_later(editor: Client, client: Client, contact: Contact) -> None:
    network, page = NetworkFactory(slug="ett", name_sv="Eurotowns"), PageFactory(slug="i-stallet")
    network.delete()
    html = editor.get("/admin/pages/oldaddress/").content.decode()
    assert "/natverk/ett/" in html
    assert "Beskedet att sidan är borta" in html
    url = change(OldAddress.objects.get())
    assert "errorlist" in editor.post(url, filled_in(editor, url, target="https://evil.example/")).content.decode()
    assert client.get("/natverk/ett/").status_code == 410
    assert editor.post(url, filled_in(editor, url, target=page.key)).status_code == 302
    assert client.get("/natverk/ett/")["Location"] == "/om/i-stallet/"
    assert page.heading in editor.get("/admin/pages/oldaddress/?q=ETT").content.decode()


def test_fronts_and_the_main_contact_stay(editor: Client, fronts: dict[str, Page], contact: Contact) -> None:
    for obj in (fronts["start"], contact):
        assert editor.get(delete(obj)).status_code == 403
        assert editor.post(delete(obj), {"post": "yes"}).status_code == 403
