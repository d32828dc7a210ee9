"""Change notes: what is new on a page, told to its readers."""

import pytest
from django.test import Client

from editing.models import ChangeNote
from networks.models import Network
from tests.factories import NetworkFactory
from tests.forms import admin_url, filled_in, refused, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return NetworkFactory(slug="sern", summary_sv="Ett nätverk.")


def test_note_stands_on_the_page_and_in_the_feed(editor: Client, client: Client, network: Network) -> None:
    save(editor, network, body_sv="<p>Nytt.</p>", change_note="Projektet <Avfall> har börjat.")
    html = client.get("/natverk/sern/").content.decode()
    assert "<summary>Ändringar (1)</summary>" in html
    assert "<span>Projektet &lt;Avfall&gt; har börjat.</span>" in html
    assert '<span lang="sv">Projektet' in client.get("/en/networks/sern/").content.decode()
    assert "Nytt: Projektet" in client.get("/andringar/").content.decode()


def test_page_without_notes_has_no_list(editor: Client, client: Client, network: Network) -> None:
    save(editor, network, body_sv="<p>Nytt.</p>")
    assert "Ändringar" not in client.get("/natverk/sern/").content.decode()


def test_note_about_a_minor_change_is_refused(editor: Client, network: Network) -> None:
    found = refused(editor, network, body_sv="<p>Rättat.</p>", minor_change="on", change_note="Ett stavfel.")
    assert list(found) == ["change_note"]
    assert not ChangeNote.objects.exists()


def test_note_of_a_draft_is_told_when_it_is_published(editor: Client, client: Client, network: Network) -> None:
    url = admin_url(network)
    editor.post(url, filled_in(editor, url, body_sv="<p>Nytt.</p>", change_note="Ny text.") | {"_draft": "1"})
    assert "Ny text." not in client.get("/natverk/sern/").content.decode()
    editor.post(url, filled_in(editor, url))
    assert "Ny text." in client.get("/natverk/sern/").content.decode()
    assert ChangeNote.objects.count() == 1
