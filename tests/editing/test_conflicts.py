"""Two at once: nothing is saved over a version that the one who typed has not seen, and nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from editing.models import Presence
from networks.models import Network
from tests.factories import FactFactory, FocusAreaFactory, NetworkFactory, PartnershipFactory, TownFactory
from tests.forms import filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(contact: Contact) -> Network:
    return NetworkFactory(name_sv="SERN", slug="sern", summary_sv="Den gamla texten om städerna.")


@pytest.fixture
def other(django_user_model: Any) -> Client:
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("anna", first_name="Anna", last_name="Ek"))
    return client


def form_of(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def test_saving_over_a_newer_version_is_refused_with_both_shown(
    editor: Client, other: Client, network: Network
) -> None:
    url = form_of(network)
    mine = filled_in(editor, url, summary_sv="Min nya text om städerna.")
    other.post(url, filled_in(other, url, summary_sv="Annas nya text om städerna."))

    answer = editor.post(url, mine)
    html = answer.content.decode()
    network.refresh_from_db()
    assert network.summary_sv == "Annas nya text om städerna."
    (difference,) = answer.context["conflict"]
    assert difference.label == "Sammanfattning på svenska"
    assert ("removed", "Annas ") in difference.pieces
    assert ("added", "Min ") in difference.pieces
    assert "Den sparades av Anna Ek" in html
    assert answer.context["adminform"].form["summary_sv"].value() == "Min nya text om städerna."

    # Having seen both, one may choose one's own.
    assert editor.post(url, mine | {"_seen": answer.context["seen"]}).status_code == 302
    network.refresh_from_db()
    assert network.summary_sv == "Min nya text om städerna."


@pytest.mark.parametrize("forged", ["", "x", None])
def test_a_form_that_does_not_say_what_it_saw_is_not_saved(
    editor: Client, network: Network, forged: str | None
) -> None:
    url = form_of(network)
    data = filled_in(editor, url, summary_sv="Förbi.") | {"_seen": forged}
    answer = editor.post(url, {name: value for name, value in data.items() if value is not None})
    network.refresh_from_db()
    assert network.summary_sv == "Den gamla texten om städerna."
    assert "Någon har sparat" in answer.content.decode()


def changed_by_list(network: Network) -> None:
    network.focus_areas.add(FocusAreaFactory())


def changed_in_bulk(network: Network) -> None:
    Network.objects.filter(pk=network.pk).update(full_name_en="Sweden Emilia Romagna Network")


def changed_part(network: Network) -> None:
    network.facts.update(value_sv="21 städer")  # type: ignore[attr-defined]


def removed_part(network: Network) -> None:
    network.facts.all().delete()  # type: ignore[attr-defined]


def added_part(network: Network) -> None:
    FactFactory(network=network)


@pytest.mark.parametrize("change", [changed_by_list, changed_in_bulk, changed_part, removed_part, added_part])
def test_whatever_was_changed_meanwhile_is_seen(editor: Client, network: Network, change: Any) -> None:
    FactFactory(network=network, value_sv="18 städer")
    url = form_of(network)
    mine = filled_in(editor, url, summary_sv="Min.")
    change(network)
    answer = editor.post(url, mine)
    assert answer.status_code == 200
    assert len(answer.context["conflict"]) >= 2
    network.refresh_from_db()
    assert network.summary_sv != "Min."


def test_agreement_changed_from_the_other_town_conflicts(editor: Client, contact: Contact) -> None:
    mine, theirs = TownFactory(), TownFactory()
    agreement = PartnershipFactory(town_a=mine, town_b=theirs)
    typed = filled_in(editor, form_of(mine), introduction_sv="Ny presentation")
    editor.post(form_of(theirs), filled_in(editor, form_of(theirs), **{"partnerships-0-decision": "KS 12/26"}))
    agreement.refresh_from_db()
    assert agreement.decision == "KS 12/26"
    answer = editor.post(form_of(mine), typed)
    agreement.refresh_from_db()
    assert (answer.status_code, agreement.decision) == (200, "KS 12/26")


def test_one_sees_who_else_has_the_form_open(editor: Client, other: Client, network: Network) -> None:
    url = form_of(network)
    assert "har också sidan öppen" not in visible(editor.get(url))
    assert "samordnare har också sidan öppen" in visible(other.get(url))
    answer = editor.post("/admin/editing/heartbeat/", {"model": "networks.network", "object_id": network.pk})
    assert answer.json() == {"others": ["Anna Ek"]}
    Presence.objects.update(seen_at="2020-01-01T00:00Z")
    answer = editor.post("/admin/editing/heartbeat/", {"model": "networks.network", "object_id": network.pk})
    assert answer.json() == {"others": []}


def visible(response: Any) -> str:
    """The page less the texts that scripts take from attributes."""
    return str(response.content.decode().replace('data-text="har också sidan öppen', ""))


@pytest.mark.parametrize(
    ("model", "object_id", "status"),
    [
        ("networks.network", "", 404),
        ("networks.network", "²", 404),
        ("networks.network", "9" * 40, 404),
        ("networks.nothing", "1", 404),
        ("", "1", 404),
        ("reversion.version", "1", 404),
    ],
)
def test_odd_words_of_presence_are_turned_away(editor: Client, model: str, object_id: str, status: int) -> None:
    assert editor.post("/admin/editing/heartbeat/", {"model": model, "object_id": object_id}).status_code == status


def test_presence_is_for_editors(client: Client, network: Network) -> None:
    assert client.post("/admin/editing/heartbeat/", {"model": "networks.network", "object_id": "1"}).status_code == 302
    assert not Presence.objects.exists()


def test_what_is_saved_while_the_form_is_made_counts_as_not_seen(
    editor: Client, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the digest and the form somebody saves: the digest must be the older of the two."""
    from editing.admin import ContentAdmin

    FactFactory(network=network, value_sv="18 städer")
    shown = ContentAdmin.render_change_form

    def slow(self: Any, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        changed_part(network)
        return shown(self, request, context, *args, **kwargs)

    url = form_of(network)
    with monkeypatch.context() as patch:
        patch.setattr(ContentAdmin, "render_change_form", slow)
        typed = filled_in(editor, url, summary_sv="Min.")
    assert "Någon har sparat" in editor.post(url, typed).content.decode()
