"""Who changed what and when, in words; and the way back."""

from typing import Any

import pytest
import reversion
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from reversion.models import Version

from contacts.models import Contact
from editing.differences import differences, word_pieces
from networks.models import Network
from tests.factories import FocusAreaFactory, NetworkFactory, PartnershipFactory, ProjectFactory, TownFactory
from tests.forms import filled_in
from tests.publishing.test_images import picture
from twinning.models import Partnership

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(contact: Contact) -> Network:
    with reversion.create_revision():
        network = NetworkFactory(name_sv="SERN", slug="sern", summary_sv="Nätverket bildades 2005 i Italien.")
        ProjectFactory(network=network, name_sv="avfall")
    return network


def form_of(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def history_of(editor: Client, obj: Any) -> Any:
    return editor.get(reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_history", args=[obj.pk]))


def save(editor: Client, obj: Any, **changes: Any) -> None:
    url = form_of(obj)
    answer = editor.post(url, filled_in(editor, url, **changes))
    assert answer.status_code == 302, answer.context["adminform"].form.errors


def restore(editor: Client, version: Version) -> Any:
    name = f"{version._model._meta.app_label}_{version._model._meta.model_name}"
    return editor.post(reverse(f"admin:{name}_restore", args=[version.pk]), {"sure": "sure"}, follow=True)


def test_words_are_told_apart() -> None:
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


def test_what_is_only_on_one_side_differs_too() -> None:
    (gone,) = differences({"a": ("A", "text")}, {})
    assert (gone.label, gone.pieces) == ("A", [("removed", "text")])


def test_each_version_tells_who_and_what_in_every_language(editor: Client, network: Network) -> None:
    area = FocusAreaFactory(name_sv="skola")
    save(editor, network, summary_sv="Nätverket bildades 2006 i Italien.", focus_areas=[area.pk])
    save(editor, network, summary_de="Auf Deutsch.", **{"projects-0-name_sv": "avfallshantering"})
    answer = history_of(editor, network)
    newest, middle, first = answer.context["steps"]
    assert {d.label: d.pieces for d in newest.differences} == {
        "Sammanfattning på tyska": [("added", "Auf Deutsch.")],
        "Projekt ”avfallshantering”: Namn på svenska": [("removed", "avfall"), ("added", "avfallshantering")],
    }
    assert ("removed", "2005 ") in middle.differences[0].pieces
    assert [d.label for d in middle.differences] == ["Sammanfattning på svenska", "Fokusområden"]
    assert first.is_first
    assert newest.version.revision.user.username == "samordnare"
    html = answer.content.decode()
    assert "<ins>" in html
    assert "Webbplatsen" in html  # by a command


def test_an_older_version_comes_back_whole(editor: Client, client: Client, network: Network) -> None:
    old = Version.objects.get_for_object(network).get()
    before = network.updated_at
    save(editor, network, summary_sv="Fel.", slug="sern-2", **{"projects-0-DELETE": "on"})
    network.refresh_from_db()
    assert not network.projects.exists()  # type: ignore[attr-defined]
    answer = restore(editor, old)
    assert "Återställd till versionen från" in answer.content.decode()
    network.refresh_from_db()
    assert network.summary_sv == "Nätverket bildades 2005 i Italien."
    assert [project.name_sv for project in network.projects.all()] == ["avfall"]  # type: ignore[attr-defined]
    assert (network.slug, network.is_published) == ("sern-2", True)  # where and when stays
    assert network.updated_at > before
    html = client.get("/natverk/sern-2/").content.decode()
    assert "2005" in html
    assert "/natverk/sern-2/" in client.get("/sok/?q=2005").content.decode()
    newest = history_of(editor, network).context["steps"][0]
    assert newest.version.revision.comment.startswith("Återställd")


def test_bringing_a_version_back_asks_first(editor: Client, network: Network) -> None:
    old = Version.objects.get_for_object(network).get()
    save(editor, network, summary_sv="Nyare.", slug="sern-2")
    ask = reverse("admin:networks_network_restore", args=[old.pk])
    answer = editor.post(ask)
    assert [change.label for change in answer.context["changes"]] == ["Sammanfattning på svenska"]
    network.refresh_from_db()
    assert network.summary_sv == "Nyare."
    network.delete()
    assert "Ja, återskapa" in editor.post(ask).content.decode()
    assert not Network.objects.exists()


def test_restoring_removes_parts_added_later(editor: Client, network: Network) -> None:
    old = Version.objects.get_for_object(network).get()
    added = {"projects-TOTAL_FORMS": "2", "projects-1-name_sv": "skola", "projects-1-position": "100"}
    save(editor, network, **added)
    restore(editor, old)
    assert [project.name_sv for project in network.projects.all()] == ["avfall"]  # type: ignore[attr-defined]
    # And back again.
    newer = Version.objects.get_for_object(network)[1]
    restore(editor, newer)
    assert {project.name_sv for project in network.projects.all()} == {"avfall", "skola"}  # type: ignore[attr-defined]


def test_other_objects_of_the_same_save_stay(editor: Client, network: Network) -> None:
    other = NetworkFactory(name_sv="Eurotowns", published_at=None)
    network.published_at = None
    network.save()
    listed = reverse("admin:networks_network_changelist")
    editor.post(listed, {"action": "publish_now", "_selected_action": [network.pk, other.pk]})
    both = Version.objects.get_for_object(network)[0]
    other.refresh_from_db()
    save(editor, other, summary_sv="Senare.")
    restore(editor, both)
    other.refresh_from_db()
    assert other.summary_sv == "Senare."


def test_the_deleted_comes_back_with_parts_lists_and_picture(editor: Client, client: Client, network: Network) -> None:
    area = FocusAreaFactory()
    upload = SimpleUploadedFile("logga.png", picture("PNG"))
    save(editor, network, image=upload, image_alt_sv="logga", focus_areas=[area.pk])
    key = network.pk
    network.delete()
    assert client.get("/natverk/sern/").status_code == 410
    listed = editor.get(reverse("admin:networks_network_deleted"))
    (version,) = listed.context["versions"]
    assert "SERN" in listed.content.decode()
    restore(editor, version)
    back = Network.objects.get(pk=key)
    assert [project.name_sv for project in back.projects.all()] == ["avfall"]  # type: ignore[attr-defined]
    assert list(back.focus_areas.all()) == [area]
    html = client.get("/natverk/sern/").content.decode()
    assert 'alt="logga"' in html
    assert client.get(back.image.url).status_code == 200
    assert not list(editor.get(reverse("admin:networks_network_deleted")).context["versions"])


def test_recovered_page_gets_next_free_slug(editor: Client, network: Network) -> None:
    key = network.pk
    network.delete()
    NetworkFactory(slug="sern")
    NetworkFactory(slug="sern-2")
    restore(editor, Version.objects.get_deleted(Network).get())
    assert Network.objects.get(pk=key).slug == "sern-3"


def test_the_history_of_a_town_tells_of_its_agreements(editor: Client, contact: Contact) -> None:
    """They have versions of their own; that one was removed, and by whom, stands with the town it was removed on."""
    with reversion.create_revision():
        agreement = PartnershipFactory(
            town_a=TownFactory(name_sv="Mölndal", home=True), town_b=TownFactory(name_sv="Borken")
        )
    town = agreement.town_b
    save(editor, town, **{"partnerships-0-DELETE": "on"})
    newest = history_of(editor, town).context["steps"][0].version.revision
    assert newest.comment == "Tog bort avtal mellan städer ”Mölndal – Borken”."
    assert newest.user.username == "samordnare"
    listed = editor.get(reverse("admin:twinning_partnership_deleted"))
    restore(editor, listed.context["versions"][0])
    assert Partnership.objects.get() == agreement


def test_a_list_whose_entry_is_gone_comes_back_without_it(editor: Client, network: Network) -> None:
    area = FocusAreaFactory(name_sv="skola")
    save(editor, network, focus_areas=[area.pk])
    old = Version.objects.get_for_object(network)[0]
    save(editor, network, focus_areas=[])
    area.delete()
    assert "(borttaget)" in history_of(editor, network).content.decode()
    restore(editor, old)
    network.refresh_from_db()
    assert not network.focus_areas.exists()


def test_an_agreement_has_a_history_too(editor: Client, contact: Contact) -> None:
    with reversion.create_revision():
        agreement = PartnershipFactory(town_a=TownFactory(), town_b=TownFactory(), kind=Partnership.Kind.TWIN)
    save(editor, agreement, kind="friendship")
    newest = history_of(editor, agreement).context["steps"][0]
    assert [d.label for d in newest.differences] == ["Slag"]


def test_history_needs_view_and_restore_needs_change(
    client: Client, editor: Client, network: Network, django_user_model: Any
) -> None:
    version = Version.objects.get_for_object(network).get()
    client.force_login(django_user_model.objects.create_user("vaktmastare", is_staff=True))
    assert history_of(client, network).status_code == 403
    assert restore(client, version).status_code == 403
    assert client.get(reverse("admin:networks_network_deleted")).status_code == 403
    # By a link alone nothing comes back.
    assert editor.get(reverse("admin:networks_network_restore", args=[version.pk])).status_code == 403
    # A version of something else is none of this.
    assert editor.post(reverse("admin:contacts_contact_restore", args=[version.pk])).status_code == 404


def test_a_long_history_is_read_in_pages_at_one_cost(editor: Client, network: Network) -> None:
    for number in range(12):
        with reversion.create_revision():
            network.summary_sv = f"Text {number}."
            network.save()
    first = history_of(editor, network)
    assert len(first.context["steps"]) == 10
    assert all(step.differences for step in first.context["steps"])
    url = reverse("admin:networks_network_history", args=[network.pk])
    second = editor.get(url, {"p": "2"})
    assert len(second.context["steps"]) == 3
    assert second.context["steps"][-1].is_first
    assert editor.get(url, {"p": "x"}).status_code == 200


def test_restore_works_where_old_slug_is_taken(editor: Client, network: Network) -> None:
    old = Version.objects.get_for_object(network).get()
    save(editor, network, slug="sern-2", summary_sv="Fel.")
    NetworkFactory(slug="sern")
    restore(editor, old)
    network.refresh_from_db()
    assert (network.slug, network.summary_sv) == ("sern-2", "Nätverket bildades 2005 i Italien.")
