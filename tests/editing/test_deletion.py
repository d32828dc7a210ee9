"""Deleting: what the page tells before, where readers are sent, and what cannot be deleted."""

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
from tests.forms import admin_url, filled_in
from twinning.models import Partnership, Town

pytestmark = pytest.mark.django_db


def delete(obj: Any) -> str:
    return admin_url(obj, "delete")


def asked(editor: Client, obj: Any) -> str:
    return unescape(editor.get(delete(obj)).content.decode())


def test_page_tells_what_is_deleted_too(editor: Client) -> None:
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


def test_page_links_to_where_it_is_used(editor: Client) -> None:
    area, town = FocusAreaFactory(), TownFactory()
    network = NetworkFactory(name_sv="Eurotowns", focus_areas=[area])
    project = ProjectFactory(network=network, name_sv="avfallshantering")
    project.focus_areas.add(area)
    exchange = ExchangeFactory(name_sv="Ungdomsutbyte", towns=[town])
    exchange.focus_areas.add(area)
    html = asked(editor, area)
    for item in (network, exchange, project):
        assert f'<a href="{admin_url(item)}">{item}</a>' in html
    assert "får du välja igen" in html
    assert f'<a href="{admin_url(exchange)}">Ungdomsutbyte</a>' in asked(editor, town)
    for number in range(24):
        NetworkFactory(name_sv=f"Nätet {number:02}", focus_areas=[area])
    html = asked(editor, area)
    assert "Nätverk (25)" in html
    assert len(re.findall(r">(?:Nätet \d\d|Eurotowns)</a>", html)) == 20
    assert "och 5 till" in html


def test_pages_of_a_deleted_contact_show_the_main_one(editor: Client, client: Client, contact: Contact) -> None:
    other = ContactFactory(name="Åsa Öberg")
    network = NetworkFactory(slug="ett", contact=other)
    html = asked(editor, other)
    assert f'<a href="{admin_url(network)}">' in html
    assert "ordinarie kontakt i stället" in html
    editor.post(delete(other), {"post": "yes"})
    assert not Contact.objects.filter(pk=other.pk).exists()
    assert "Cecilia Rignell" in client.get("/natverk/ett/").content.decode()


def test_town_with_agreements_is_not_deleted(editor: Client) -> None:
    town = TownFactory(name_sv="Borken")
    agreement = PartnershipFactory(town_a=TownFactory(name_sv="Mölndal", home=True), town_b=town)
    html = asked(editor, town)
    assert "”Borken” går inte att radera" in html
    assert f'<a href="{admin_url(agreement)}">Mölndal – Borken</a>' in html
    assert 'value="yes"' not in html
    assert editor.post(delete(town), {"post": "yes"}).status_code == 200
    assert Town.objects.filter(pk=town.pk).exists()
    assert Partnership.objects.filter(pk=agreement.pk).exists()


def test_fronts_and_the_main_contact_are_not_deleted(editor: Client, fronts: dict[str, Page], contact: Contact) -> None:
    for obj in (fronts["start"], contact):
        assert editor.get(delete(obj)).status_code == 403
        assert editor.post(delete(obj), {"post": "yes"}).status_code == 403


def test_last_version_is_kept_when_deleting(editor: Client, client: Client, contact: Contact) -> None:
    network = NetworkFactory(slug="ett", name_sv="Eurotowns", focus_areas=[FocusAreaFactory()])
    FactFactory(network=network)
    ProjectFactory(network=network)
    assert not Version.objects.exists()
    assert editor.post(delete(network), {"post": "yes"}).status_code == 302
    assert not Network.objects.exists()
    assert client.get("/natverk/ett/").status_code == 410
    version = Version.objects.get_deleted(Network).get()
    assert version.revision.comment == "Raderad"
    assert version.revision.user.username == "samordnare"
    editor.post(reverse("admin:networks_network_restore", args=[version.pk]), {"sure": "sure"})
    assert Network.objects.get().focus_areas.exists()
    assert Fact.objects.exists()
    assert Project.objects.exists()
    assert "Eurotowns" in client.get("/natverk/ett/").content.decode()


def test_readers_are_sent_to_the_chosen_page(editor: Client, client: Client, contact: Contact) -> None:
    network, page = NetworkFactory(slug="ett"), PageFactory(slug="i-stallet", title_sv="I stället")
    assert f'<option value="{page.key}">I stället</option>' in asked(editor, network)
    for target in ("https://evil.example/", "networks.network:0", network.key):
        refused = editor.post(delete(network), {"post": "yes", "target": target})
        assert refused.context["form"].errors["target"], target
        assert Network.objects.exists()
        assert not Version.objects.exists()
    editor.post(delete(network), {"post": "yes", "target": page.key})
    response = client.get("/natverk/ett/")
    assert (response.status_code, response["Location"]) == (301, "/om/i-stallet/")


def test_where_readers_are_sent_may_be_changed_later(editor: Client, client: Client, contact: Contact) -> None:
    network, page = NetworkFactory(slug="ett", name_sv="Eurotowns"), PageFactory(slug="i-stallet")
    network.delete()
    html = editor.get("/admin/pages/oldaddress/").content.decode()
    assert "/natverk/ett/" in html
    assert "Beskedet att sidan är borta" in html
    url = admin_url(OldAddress.objects.get())
    assert "errorlist" in editor.post(url, filled_in(editor, url, target="https://evil.example/")).content.decode()
    assert client.get("/natverk/ett/").status_code == 410
    assert editor.post(url, filled_in(editor, url, target=page.key)).status_code == 302
    assert client.get("/natverk/ett/")["Location"] == "/om/i-stallet/"
    assert page.heading in editor.get("/admin/pages/oldaddress/?q=ETT").content.decode()
