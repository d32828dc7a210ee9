"""Translations that have not followed a change of the Swedish text."""

import re
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from reversion.models import Version

from contacts.models import Contact
from editing.models import ChangeNote, TranslationStatus
from networks.models import Network
from tests.dashboard.test_roles import account, logged_in
from tests.editing.test_history import restore
from tests.factories import FactFactory, NetworkFactory
from tests.forms import admin_url, filled_in, save
from translating.status import translations

pytestmark = pytest.mark.django_db
NOTICE = "Svenskan har ändrats sedan översättningen:"


@pytest.fixture
def network(contact: Contact) -> Network:
    return NetworkFactory(summary_sv="Ny.", summary_de="Neu.", summary_it="")


def outdated() -> set[tuple[str, str]]:
    return set(TranslationStatus.objects.filter(state="outdated").values_list("language", "field"))


def unreviewed() -> set[tuple[str, str]]:
    return set(TranslationStatus.objects.filter(state="unreviewed").values_list("language", "field"))


def notice(client: Client, network: Network) -> str:
    """What the form says of outdated translations."""
    page = client.get(admin_url(network)).content.decode()
    found = re.search(rf"{NOTICE}</strong>(.*?)</p>", page)
    return found[1].strip() if found else ""


def test_changed_swedish_makes_its_translations_outdated(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.")
    assert ("de", "summary") in outdated()
    assert ("it", "summary") not in outdated()  # there is none
    assert {field for _language, field in outdated()} == {"summary"}
    assert "Tyska (Sammanfattning)" in notice(editor, network)


def test_changed_translation_is_no_longer_outdated(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.")
    save(editor, network, summary_de="Geändert.")
    assert ("de", "summary") not in outdated()
    assert "Tyska" not in notice(editor, network)
    assert unreviewed() == {("de", "summary")}


def test_translation_changed_at_once_is_not_outdated(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.", summary_de="Geändert.")
    assert ("de", "summary") not in outdated()


def test_changed_part_makes_its_translation_outdated(editor: Client, network: Network) -> None:
    fact = FactFactory(network=network, value_sv="18", value_de="achtzehn")
    save(editor, network, **{"facts-0-value_sv": "19"})
    row = TranslationStatus.objects.get(model="networks.fact", language="de", field="value")
    assert (row.object_id, row.state, row.before) == (fact.pk, "outdated", "18")


def test_outdated_translation_keeps_the_text_that_was_translated(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.")
    save(editor, network, summary_sv="Ändrad igen.")
    assert TranslationStatus.objects.get(language="de", field="summary").before == "Ny."


def test_loaded_translations_are_not_reviewed(seeded: None) -> None:
    assert {language for language, _field in unreviewed()} == {"da", "de", "it", "pl", "cs", "fr"}
    assert not outdated()


def test_reader_is_told_of_a_translation_that_is_not_reviewed(editor: Client, network: Network) -> None:
    url = f"/de/netzwerke/{network.slug}/"
    assert "nicht geprüft" not in Client().get(url).content.decode()
    save(editor, network, summary_de="Neuer.")
    page = Client().get(url).content.decode()
    assert "Die Übersetzung wurde noch nicht geprüft." in page
    assert f'<a href="/natverk/{network.slug}/" hreflang="sv">Seite auf Schwedisch lesen</a>' in page


def test_reader_is_told_of_text_in_swedish_once(contact: Contact) -> None:
    network = NetworkFactory(summary_sv="Ett nätverk.", body_sv="<p>Text.</p>", summary_en="A network.", body_en="")
    told, english = "Ein Teil des Textes ist auf Schwedisch", "Seite auf Englisch lesen"
    page = Client().get(f"/de/netzwerke/{network.slug}/").content.decode()
    assert page.count(told) == 1
    assert english not in page
    Network.objects.update(body_en="<p>Text.</p>", full_name_en="Network")
    assert english in Client().get(f"/de/netzwerke/{network.slug}/").content.decode()
    assert told not in Client().get(f"/natverk/{network.slug}/").content.decode()


def test_minor_change_makes_nothing_outdated(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ny text.", minor_change="on")
    assert outdated() == set()


def test_translations_are_marked_as_right(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.")
    url = admin_url(network)
    page = editor.post(url, filled_in(editor, url, name_sv="Skrivet") | {"_translated": "1"}).content.decode()
    assert "Översättningarna räknas som aktuella." in page
    assert 'value="Skrivet"' in page
    assert (outdated(), notice(editor, network)) == (set(), "")


def test_editor_of_a_live_page_marks_nothing(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.")
    anna = logged_in(account("Redaktör", "anna"))
    url = admin_url(network)
    anna.post(url, filled_in(anna, url) | {"_translated": "1"})
    assert ("de", "summary") in outdated()


def test_outdated_and_unreviewed_texts_are_counted(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.", summary_it="Nuovo.")
    found: Any = translations(User.objects.get())
    lines = {line.title: line.detail for line in found.lines}
    assert "1 inaktuell text" in lines["Tyska"]
    assert "1 text att granska" in lines["Italienska"]
    assert str(network) in editor.get("/admin/networks/network/?missing=de").content.decode()


def test_restored_translation_is_not_reviewed(editor: Client, network: Network) -> None:
    save(editor, network, summary_de="Erster.")
    save(editor, network, summary_de="Zweiter.")
    TranslationStatus.objects.all().delete()
    restore(editor, Version.objects.get_for_object(network)[1])
    network.refresh_from_db()
    assert network.summary_de == "Erster."
    assert unreviewed() == {("de", "summary")}


def test_status_goes_with_its_object(editor: Client, network: Network) -> None:
    save(editor, network, summary_de="Neu.")
    network.delete()
    assert not TranslationStatus.objects.exists()


def test_untouched_text_of_several_lines_stays_reviewed(editor: Client, network: Network) -> None:
    Network.objects.update(summary_sv="Rad ett.\nRad två.", summary_de="Zeile eins.\nZeile zwei.")
    save(editor, network, summary_sv="Rad ett.\r\nRad två.", summary_de="Zeile eins.\r\nZeile zwei.", founded="1990")
    assert network.founded == 1990
    assert network.summary_de == "Zeile eins.\nZeile zwei."
    assert not TranslationStatus.objects.exists()


def test_texts_of_an_older_version_are_not_reviewed(contact: Contact) -> None:
    network = NetworkFactory(summary_sv="Ny.", summary_de="Neu.\r\nHier.", full_name_sv="SERN", full_name_de="SERN")
    Network.objects.update(summary_en="New.")
    import_module("editing.migrations.0006_translationstatus").mark_unreviewed(apps, None)
    network.refresh_from_db()
    assert network.summary_de == "Neu.\nHier."
    assert unreviewed() == {("de", "summary")}


def test_changed_swedish_leaves_a_text_unreviewed(editor: Client, network: Network) -> None:
    save(editor, network, summary_de="Neuer.")
    save(editor, network, summary_sv="Ändrad.")
    assert ("de", "summary") in outdated() & unreviewed()
    url = admin_url(network)
    editor.post(url, filled_in(editor, url) | {"_translated": "1"})
    assert outdated() == set()
    assert unreviewed() == {("de", "summary")}
    assert "nicht geprüft" in Client().get(f"/de/netzwerke/{network.slug}/").content.decode()


def test_translations_are_not_right_about_unseen_swedish(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.")
    url = admin_url(network)
    data = filled_in(editor, url)
    save(editor, network, summary_sv="Ändrad igen.")
    assert editor.post(url, data | {"_translated": "1"}).context["conflict"]
    assert ("de", "summary") in outdated()


def test_swedish_changed_back_is_not_outdated(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.")
    save(editor, network, summary_sv="Ny.")
    assert outdated() == set()


def test_restored_swedish_keeps_the_text_that_was_translated(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.")
    save(editor, network, summary_sv="Ändrad igen.")
    TranslationStatus.objects.all().delete()
    restore(editor, Version.objects.get_for_object(network)[1])
    assert TranslationStatus.objects.get(language="de", field="summary").before == "Ändrad igen."


@pytest.mark.parametrize(("field", "expected"), [("full_name", set()), ("summary", {("de", "summary")})])
def test_long_text_that_is_the_same_is_not_reviewed(
    editor: Client, network: Network, field: str, expected: set[tuple[str, str]]
) -> None:
    Network.objects.update(full_name_sv="Sweden Emilia-Romagna Network", full_name_de="SERN")
    network.refresh_from_db()
    save(editor, network, **{f"{field}_de": getattr(network, f"{field}_sv")})
    assert unreviewed() == expected


def test_swedish_that_an_editor_wrote_is_no_lack(contact: Contact) -> None:
    texts = {"summary_de": "Ein Netz.", "body_de": '<p>Auf Schwedisch <span lang="sv">kommun</span>.</p>'}
    network = NetworkFactory(summary_sv="Ett nätverk.", body_sv="<p>Kommun.</p>", full_name_sv="", **texts)
    ChangeNote.objects.create(page=network.key, text="Nytt.")
    Contact.objects.update(role_sv="", unit_sv="", hours_sv="")
    page = Client().get(f"/de/netzwerke/{network.slug}/").content.decode()
    assert '<span lang="sv">kommun</span>' in page
    assert '<span lang="sv">Nytt.</span>' in page
    assert "Ein Teil des Textes ist auf Schwedisch" not in page


def test_page_is_offered_in_languages_that_it_has(contact: Contact) -> None:
    network = NetworkFactory(name_en="SERN", summary_sv="Ett nätverk.", summary_de="Ein Netz.", summary_en="")
    page = Client().get(f"/natverk/{network.slug}/").content.decode()
    assert re.findall(r'hreflang="(\w+)" data-offer', page) == ["de"]
    assert "data-offer" not in Client().get("/natverk/finns-inte/").content.decode()
