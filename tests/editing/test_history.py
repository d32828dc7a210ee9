"""The history of a page: who changed what and when, restoring a version, and recovering what was deleted."""

from typing import Any

import pytest
import reversion
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from reversion.models import Version

from contacts.models import Contact
from editing.differences import differences, word_pieces
from networks.models import Network
from quality.models import Spelling
from tests.factories import FocusAreaFactory, NetworkFactory, PartnershipFactory, ProjectFactory, TownFactory
from tests.forms import admin_url, save
from tests.publishing.test_images import picture
from twinning.models import Partnership

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(contact: Contact) -> Network:
    with reversion.create_revision():
        network = NetworkFactory(name_sv="SERN", slug="sern", summary_sv="Nätverket bildades 2005 i Italien.")
        ProjectFactory(network=network, name_sv="avfall")
    return network


def history_of(editor: Client, obj: Any, **query: str) -> Any:
    return editor.get(admin_url(obj, "history"), query)


def restore(editor: Client, version: Version) -> Any:
    model = version.content_type.model_class()._meta
    url = reverse(f"admin:{model.app_label}_{model.model_name}_restore", args=[version.pk])
    return editor.post(url, {"sure": "sure"}, follow=True)


def names(parts: Any) -> set[str]:
    return {part.name_sv for part in parts.all()}


def test_differences_are_told_word_by_word() -> None:
    assert word_pieces("Bildades 2005 i Italien.", "Bildades 2006 i Italien.") == [
        ("same", "Bildades "),
        ("removed", "2005 "),
        ("added", "2006 "),
        ("same", "i Italien."),
    ]
    assert word_pieces("", "Nytt.") == [("added", "Nytt.")]
    long = "ord " * 200
    pieces = word_pieces(f"{long}slut", f"{long}stopp")
    assert ("left out", " … ") in pieces
    assert sum(len(text) for _kind, text in pieces) < 200
    (gone,) = differences({"a": ("A", "text")}, {})
    assert (gone.label, gone.pieces) == ("A", [("removed", "text")])


def test_history_tells_who_changed_what(editor: Client, network: Network) -> None:
    area = FocusAreaFactory(name_sv="skola")
    save(editor, network, summary_sv="Nätverket bildades 2006 i Italien.", focus_areas=[area.pk])
    save(editor, network, summary_de="Auf Deutsch.", **{"projects-0-name_sv": "avfallshantering"})
    answer = history_of(editor, network)
    newest, middle, first = answer.context["steps"]
    assert {d.label: d.pieces for d in newest.differences} == {
        "Sammanfattning på tyska": [("added", "Auf Deutsch.")],
        "Projekt ”avfallshantering (SERN)”: Namn på svenska": [("removed", "avfall"), ("added", "avfallshantering")],
    }
    assert ("removed", "2005 ") in middle.differences[0].pieces
    assert [d.label for d in middle.differences] == ["Sammanfattning på svenska", "Fokusområden"]
    assert first.is_first
    assert newest.version.revision.user.username == "samordnare"
    html = answer.content.decode()
    assert "<ins>" in html
    assert "Webbplatsen" in html  # by a command


def test_long_history_has_pages(editor: Client, network: Network) -> None:
    for number in range(12):
        with reversion.create_revision():
            network.summary_sv = f"Text {number}."
            network.save()
    first, second = history_of(editor, network), history_of(editor, network, p="2")
    assert len(first.context["steps"]) == 10
    assert all(step.differences for step in first.context["steps"])
    assert len(second.context["steps"]) == 3
    assert second.context["steps"][-1].is_first
    assert history_of(editor, network, p="x").status_code == 200


def test_restored_version_is_whole_and_stays_in_place(editor: Client, client: Client, network: Network) -> None:
    old = Version.objects.get_for_object(network).get()
    before = network.updated_at
    save(editor, network, summary_sv="Fel.", slug="sern-2", **{"projects-0-DELETE": "on"})
    NetworkFactory(slug="sern")  # the old address is taken
    url = reverse("admin:networks_network_restore", args=[old.pk])
    asked = editor.post(url)
    assert "Sammanfattning på svenska" in [change.label for change in asked.context["changes"]]
    assert "Adress" not in [change.label for change in asked.context["changes"]]
    network.refresh_from_db()
    assert network.summary_sv == "Fel."
    assert "Återställd till versionen från" in restore(editor, old).content.decode()
    network.refresh_from_db()
    assert network.summary_sv == "Nätverket bildades 2005 i Italien."
    assert names(network.projects) == {"avfall"}
    assert (network.slug, network.is_published) == ("sern-2", True)
    assert network.updated_at > before
    assert "2005" in client.get("/natverk/sern-2/").content.decode()
    assert "/natverk/sern-2/" in client.get("/sok/?q=2005").content.decode()
    newest = history_of(editor, network).context["steps"][0]
    assert newest.version.revision.comment.startswith("Återställd")


def test_restoring_removes_parts_added_later(editor: Client, network: Network) -> None:
    old = Version.objects.get_for_object(network).get()
    added = {"projects-TOTAL_FORMS": "2", "projects-1-name_sv": "skola", "projects-1-position": "100"}
    save(editor, network, **added)
    restore(editor, old)
    assert names(network.projects) == {"avfall"}
    restore(editor, Version.objects.get_for_object(network)[1])
    assert names(network.projects) == {"avfall", "skola"}


def test_restoring_leaves_other_objects_alone(editor: Client, network: Network) -> None:
    other = NetworkFactory(name_sv="Eurotowns", published_at=None)
    Network.objects.update(published_at=None)
    data = {"action": "publish_now", "_selected_action": [network.pk, other.pk]}
    editor.post(admin_url(Network, "changelist"), data)
    both = Version.objects.get_for_object(network)[0]
    other.refresh_from_db()
    save(editor, other, summary_sv="Senare.")
    restore(editor, both)
    other.refresh_from_db()
    assert other.summary_sv == "Senare."


def test_restoring_leaves_out_what_is_gone(editor: Client, network: Network) -> None:
    area = FocusAreaFactory(name_sv="skola")
    save(editor, network, focus_areas=[area.pk])
    old = Version.objects.get_for_object(network)[0]
    save(editor, network, focus_areas=[])
    area.delete()
    assert "(borttaget)" in history_of(editor, network).content.decode()
    restore(editor, old)
    assert not network.focus_areas.exists()


def test_deleted_page_is_recovered_whole(editor: Client, client: Client, network: Network) -> None:
    area = FocusAreaFactory()
    upload = SimpleUploadedFile("logga.png", picture("PNG"))
    save(editor, network, image=upload, image_alt_sv="logga", focus_areas=[area.pk])
    key = network.pk
    network.delete()
    assert client.get("/natverk/sern/").status_code == 410
    listed = editor.get(admin_url(Network, "deleted"))
    (version,) = listed.context["versions"]
    assert "SERN" in listed.content.decode()
    assert "Ja, återskapa" in editor.post(reverse("admin:networks_network_restore", args=[version.pk])).content.decode()
    assert not Network.objects.exists()
    restore(editor, version)
    back = Network.objects.get(pk=key)
    assert (names(back.projects), list(back.focus_areas.all())) == ({"avfall"}, [area])
    assert 'alt="logga"' in client.get("/natverk/sern/").content.decode()
    assert client.get(back.image.url).status_code == 200
    assert not list(editor.get(admin_url(Network, "deleted")).context["versions"])


def test_recovered_page_gets_next_free_slug(editor: Client, network: Network) -> None:
    key = network.pk
    network.delete()
    NetworkFactory(slug="sern")
    NetworkFactory(slug="sern-2")
    restore(editor, Version.objects.get_deleted(Network).get())
    assert Network.objects.get(pk=key).slug == "sern-3"


def test_agreements_have_a_history_of_their_own(editor: Client, contact: Contact) -> None:
    """That one was removed, and by whom, stands with the town it was removed on."""
    with reversion.create_revision():
        home, borken = TownFactory(name_sv="Mölndal", home=True), TownFactory(name_sv="Borken")
        agreement = PartnershipFactory(town_a=home, town_b=borken, kind=Partnership.Kind.TWIN)
    save(editor, agreement, kind="friendship")
    assert [d.label for d in history_of(editor, agreement).context["steps"][0].differences] == ["Slag"]
    save(editor, borken, **{"partnerships-0-DELETE": "on"})
    newest = history_of(editor, borken).context["steps"][0].version.revision
    assert newest.comment == "Tog bort avtal mellan orter ”Mölndal – Borken”."
    assert newest.user.username == "samordnare"
    restore(editor, editor.get(admin_url(Partnership, "deleted")).context["versions"][0])
    assert Partnership.objects.get() == agreement


def test_comment_names_changed_fields_in_swedish(editor: Client, network: Network) -> None:
    save(editor, network, **{"projects-0-name_sv": "sopor"})
    newest = history_of(editor, network).context["steps"][0].version.revision
    assert newest.comment == "Ändrade Namn [sv] för projekt ”sopor (SERN)”."


def test_log_names_changed_fields_in_swedish(editor: Client, db: None) -> None:
    spelling = Spelling.objects.create(wrong="Ricany", right="Ricany 2")
    save(editor, spelling, right="Říčany")
    assert LogEntry.objects.get().get_change_message() == "Ändrade Rätt stavning."
