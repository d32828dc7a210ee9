"""Translations that have not followed a change of the Swedish text."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Contact
from dashboard.cards import translations
from editing.models import OutdatedTranslation
from networks.models import Network
from tests.dashboard.test_roles import account, logged_in
from tests.factories import NetworkFactory
from tests.forms import admin_url, filled_in, save

pytestmark = pytest.mark.django_db
NOTICE = "Svenskan har ändrats sedan översättningen:"


@pytest.fixture
def network(contact: Contact) -> Network:
    return NetworkFactory(summary_sv="Ny.", summary_de="Neu.", summary_it="")


def outdated() -> set[tuple[str, str]]:
    return set(OutdatedTranslation.objects.values_list("language", "field"))


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


def test_translation_changed_at_once_is_not_outdated(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="Ändrad.", summary_de="Geändert.")
    assert ("de", "summary") not in outdated()


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


def test_outdated_translations_are_counted_and_listed(editor: Client, network: Network) -> None:
    Network.objects.filter(pk=network.pk).update(
        **{f"{field}_{code}": "x" for field in ("summary", "body", "full_name") for code in ("de", "pl")}
    )
    card: Any = translations(User.objects.get())
    assert "Tyska" not in str([line.title for line in card.lines] if card else "")
    save(editor, network, summary_sv="Ändrad.")
    card = translations(User.objects.get())
    assert "Tyska (1)" in [line.title for line in card.lines]
    assert str(network) in editor.get("/admin/networks/network/?missing=de").content.decode()
