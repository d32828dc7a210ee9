"""Two editors at once: nothing is saved over an unseen version, and nothing that was typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from editing.locking import SeenForm
from editing.models import Presence, Preview
from feedback.models import Answer
from networks.models import Network
from tests.factories import LONG_AGO, FactFactory, FocusAreaFactory, NetworkFactory, PartnershipFactory, TownFactory
from tests.forms import admin_url, filled_in

pytestmark = pytest.mark.django_db
HEARTBEAT = "/admin/editing/heartbeat/"


@pytest.fixture
def network(contact: Contact) -> Network:
    return NetworkFactory(name_sv="SERN", slug="sern", summary_sv="Den gamla texten om städerna.")


@pytest.fixture
def other(django_user_model: Any) -> Client:
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("anna", first_name="Anna", last_name="Ek"))
    return client


def test_saving_over_a_newer_version_shows_both(editor: Client, other: Client, network: Network) -> None:
    url = admin_url(network)
    mine = filled_in(editor, url, summary_sv="Min nya text om städerna.")
    other.post(url, filled_in(other, url, summary_sv="Annas nya text om städerna."))

    answer = editor.post(url, mine)
    network.refresh_from_db()
    assert network.summary_sv == "Annas nya text om städerna."
    (difference,) = answer.context["conflict"]
    assert difference.label == "Sammanfattning på svenska"
    assert ("removed", "Annas ") in difference.pieces
    assert ("added", "Min ") in difference.pieces
    assert "Den sparades av Anna Ek" in answer.content.decode()
    assert answer.context["adminform"].form["summary_sv"].value() == "Min nya text om städerna."

    # Having seen both, one may choose one's own.
    assert editor.post(url, mine | {"_seen": answer.context["seen"]}).status_code == 302
    network.refresh_from_db()
    assert network.summary_sv == "Min nya text om städerna."


CHANGES: dict[str, Callable[[Any], Any]] = {
    "list": lambda network: network.focus_areas.add(FocusAreaFactory()),
    "bulk": lambda network: Network.objects.update(full_name_en="Sweden Emilia-Romagna Network"),
    "changed part": lambda network: network.facts.update(value_sv="21 städer"),
    "added part": lambda network: FactFactory(network=network),
    "removed parts": lambda network: network.facts.all().delete(),
}


def test_any_change_meanwhile_is_a_conflict(editor: Client, network: Network) -> None:
    FactFactory(network=network, value_sv="18 städer")
    url = admin_url(network)
    for kind, change in CHANGES.items():
        mine = filled_in(editor, url, summary_sv="Min.")
        change(network)
        answer = editor.post(url, mine)
        assert answer.status_code == 200, kind
        assert len(answer.context["conflict"]) >= 2, kind
        network.refresh_from_db()
        assert network.summary_sv != "Min."


def test_agreement_changed_from_the_other_town_conflicts(editor: Client, contact: Contact) -> None:
    mine, theirs = TownFactory(), TownFactory()
    agreement = PartnershipFactory(town_a=mine, town_b=theirs)
    typed = filled_in(editor, admin_url(mine), introduction_sv="Ny presentation")
    editor.post(admin_url(theirs), filled_in(editor, admin_url(theirs), **{"partnerships-0-decision": "KS 12/26"}))
    answer = editor.post(admin_url(mine), typed)
    agreement.refresh_from_db()
    assert (answer.status_code, agreement.decision) == (200, "KS 12/26")


def test_save_while_the_form_is_made_counts_as_unseen(
    editor: Client, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    from editing.admin import ContentAdmin

    shown = ContentAdmin.render_change_form

    def slow(*args: Any, **kwargs: Any) -> Any:
        Network.objects.update(full_name_en="Sweden Emilia-Romagna Network")
        return shown(*args, **kwargs)

    url = admin_url(network)
    with monkeypatch.context() as patch:
        patch.setattr(ContentAdmin, "render_change_form", slow)
        typed = filled_in(editor, url, summary_sv="Min.")
    assert "Någon har sparat" in editor.post(url, typed).content.decode()


def test_form_tells_who_else_has_it_open(editor: Client, other: Client, client: Client, network: Network) -> None:
    def others(response: Any) -> bool:
        """Whether the page tells of others, beside the text that its script uses."""
        return response.content.decode().count("har också sidan öppen") > 1

    assert not others(editor.get(admin_url(network)))
    assert others(other.get(admin_url(network)))
    sent = {"model": "networks.network", "object_id": network.pk}
    assert editor.post(HEARTBEAT, sent).json() == {"others": ["Anna Ek"]}
    Presence.objects.update(seen_at="2020-01-01T00:00Z")
    assert editor.post(HEARTBEAT, sent).json() == {"others": []}
    for model, object_id in (
        ("networks.network", ""),
        ("networks.network", "²"),
        ("networks.network", "9" * 40),
        ("networks.nothing", "1"),
        ("", "1"),
        ("reversion.version", "1"),
    ):
        assert editor.post(HEARTBEAT, {"model": model, "object_id": object_id}).status_code == 404, (model, object_id)
    Presence.objects.all().delete()
    assert client.post(HEARTBEAT, sent).status_code == 302
    assert not Presence.objects.exists()


def deleting(function: Callable[..., Any], obj: models.Model) -> Callable[..., Any]:
    """The function, called when somebody has just deleted an object."""

    once = iter([True])  # deleting may call the function itself

    def inner(*args: Any, **kwargs: Any) -> Any:
        if next(once, False):
            type(obj)._base_manager.filter(pk=obj.pk).delete()
        return function(*args, **kwargs)

    return inner


def test_answer_deleted_meanwhile_is_not_saved_again(
    editor: Client, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Answer.objects.create(page="networks.network:1", page_title="x", language="sv", revision=LONG_AGO)
    typed = filled_in(editor, admin_url(answer), note="Min anteckning")
    monkeypatch.setattr(SeenForm, "clean", deleting(SeenForm.clean, answer))
    refused = editor.post(admin_url(answer), typed)
    assert refused.context["adminform"].form["note"].value() == "Min anteckning"
    assert "Någon har raderat det här medan du skrev." in refused.content.decode()
    assert not Answer.objects.exists()


def test_actions_leave_out_pages_deleted_meanwhile(
    editor: Client, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = models.QuerySet.select_for_update
    for action, published_at in (("publish_now", None), ("unpublish_now", LONG_AGO)):
        gone, stays = NetworkFactory(published_at=published_at), NetworkFactory(published_at=published_at)
        data = {"action": action, "_selected_action": [gone.pk, stays.pk], "sure": "sure"}
        monkeypatch.setattr(models.QuerySet, "select_for_update", deleting(lock, gone))
        assert editor.post("/admin/networks/network/", data).status_code == 302, action
        stays.refresh_from_db()
        assert stays.is_published is (action == "publish_now")
        assert not Network.objects.filter(pk=gone.pk).exists()


def test_deleted_page_or_preview_is_refused(
    editor: Client, contact: Contact, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("networks.admin.NetworkAdmin.has_publish_permission", deleting(lambda *args: True, network))
        assert editor.post(f"/admin/still-right/{network.key}/").status_code == 404
    preview = Preview.objects.create(model="networks.network", data={}, user=User.objects.get(), key="k")
    monkeypatch.setattr("editing.views.own_preview", deleting(lambda *args: preview, preview))
    assert editor.post(reverse("editing:share", args=["k"])).status_code == 302
    assert not Preview.objects.exists()


def test_reordered_list_is_no_conflict(editor: Client, network: Network) -> None:
    """Focus areas are listed by name; renaming one changes nothing on the form of a network."""
    first, second = FocusAreaFactory(name_sv="Avfall"), FocusAreaFactory(name_sv="Buller")
    network.focus_areas.set([first, second])
    typed = filled_in(editor, admin_url(network), summary_sv="Min text.")
    first.name_sv = "Återbruk"
    first.save()
    assert editor.post(admin_url(network), typed).status_code == 302
    network.refresh_from_db()
    assert network.summary_sv == "Min text."
