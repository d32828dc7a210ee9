"""Optimistic locking of lists, bulk actions and small forms: the second of two who save sees both versions."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client

from editing.models import Draft
from feedback.models import Answer, Retention
from networks.models import Network
from pages.models import OldAddress
from tests.dashboard.world import World, rolled_back, world
from tests.factories import LONG_AGO, NetworkFactory
from tests.forms import errors, filled_in

__all__ = ["world"]  # a fixture
pytestmark = pytest.mark.django_db


@pytest.fixture
def answer() -> Answer:
    return Answer.objects.create(page="networks.network:3", page_title="SERN", language="sv", revision=LONG_AGO)


def test_second_note_on_an_answer_shows_the_first(editor: Client, answer: Answer) -> None:
    url = f"/admin/feedback/answer/{answer.pk}/change/"
    mine, theirs = (filled_in(editor, url, note=note) for note in ("Min anteckning", "Annas anteckning"))
    assert 'name="_seen"' in editor.get(url).content.decode()
    assert editor.post(url, theirs).status_code == 302
    refused = editor.post(url, mine)
    assert "Annas anteckning" in errors(refused)["note"][0]
    assert refused.context["adminform"].form["note"].value() == "Min anteckning"
    answer.refresh_from_db()
    assert answer.note == "Annas anteckning"
    # Having seen both, one may choose.
    assert editor.post(url, mine | {"_seen": refused.context["seen"], "note": "Bådas"}).status_code == 302
    answer.refresh_from_db()
    assert answer.note == "Bådas"


def test_corrected_form_is_saved(editor: Client) -> None:
    """A form shown again carries what is stored, not what was typed in it."""
    decided = Retention.objects.create(reference="KS 1", decided_on=LONG_AGO.date(), months=24)
    url = f"/admin/feedback/retention/{decided.pk}/change/"
    typed = filled_in(editor, url, reference="KS 2", months=0)
    refused = editor.post(url, typed)
    assert set(errors(refused)) == {"months"}
    typed |= {"months": 12, "asked_months": 12, "_seen": refused.context["seen"]}
    assert editor.post(url, typed).status_code == 302
    decided.refresh_from_db()
    assert (decided.reference, decided.months) == ("KS 2", 12)


@pytest.mark.parametrize("seen", ["", "x"])
def test_form_without_its_version_is_not_saved(editor: Client, answer: Answer, seen: str) -> None:
    url = f"/admin/feedback/answer/{answer.pk}/change/"
    assert editor.post(url, filled_in(editor, url, note="Förbi") | {"_seen": seen}).status_code == 200
    answer.refresh_from_db()
    assert answer.note == ""


def test_bulk_action_keeps_notes_and_open_form_conflicts(editor: Client, answer: Answer) -> None:
    url = f"/admin/feedback/answer/{answer.pk}/change/"
    open_form = filled_in(editor, url, note="Min anteckning")
    Answer.objects.update(note="Annas anteckning")
    editor.post("/admin/feedback/answer/", {"action": "mark_handled", "_selected_action": [answer.pk]})
    answer.refresh_from_db()
    assert (answer.status, answer.note) == ("handled", "Annas anteckning")
    assert set(errors(editor.post(url, open_form))) == {"note", "status"}


@pytest.mark.parametrize("action", ["publish_now", "unpublish_now"])
def test_bulk_publishing_keeps_what_was_saved_meanwhile(
    editor: Client, contact: Any, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves after the rows were read and before they are written: only the moment of publishing is set."""
    network = NetworkFactory(summary_sv="Före", published_at=None if action == "publish_now" else LONG_AGO)
    monkeypatch.setattr(Network, "save", meanwhile(Network.save))
    editor.post("/admin/networks/network/", {"action": action, "_selected_action": [network.pk], "sure": "sure"})
    network.refresh_from_db()
    assert (network.summary_sv, network.is_published) == ("Annas text", action == "publish_now")


def meanwhile(save: Any) -> Any:
    """Anna's text is stored just before this is."""

    def late(item: Network, *args: Any, **kwargs: Any) -> None:
        Network.objects.filter(pk=item.pk).update(summary_sv="Annas text", summary="Annas text")
        save(item, *args, **kwargs)

    return late


def test_mark_reviewed_keeps_edits_and_open_form_conflicts(
    editor: Client, contact: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = NetworkFactory(summary_sv="Före")
    url = f"/admin/networks/network/{network.pk}/change/"
    open_form = filled_in(editor, url, summary_sv="Min text")
    with monkeypatch.context() as patch:
        patch.setattr(Network, "save", meanwhile(Network.save))
        editor.post(f"/admin/still-right/{network.key}/")
    network.refresh_from_db()
    assert (network.summary_sv, network.reviewed_at is not None) == ("Annas text", True)
    assert editor.post(url, open_form).context["conflict"]


def test_newer_draft_is_not_discarded_with_the_older(editor: Client, contact: Any) -> None:
    network = NetworkFactory()
    url = f"/admin/networks/network/{network.pk}/"
    editor.post(f"{url}change/", filled_in(editor, f"{url}change/", summary_sv="Första") | {"_draft": "1"})
    sure = editor.post(f"{url}discard/").context["sure"]
    editor.post(f"{url}change/", filled_in(editor, f"{url}change/", summary_sv="Andra") | {"_draft": "1"})
    again = editor.post(f"{url}discard/", {"sure": sure})
    assert Draft.objects.get().data["summary_sv"] == ["Andra"]
    editor.post(f"{url}discard/", {"sure": again.context["sure"]})
    assert not Draft.objects.exists()


def test_second_change_of_an_account_shows_the_first(editor: Client, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("robin", is_staff=True)
    user.groups.add(Group.objects.get(name="Redaktör"))
    url = f"/admin/auth/user/{user.pk}/change/"
    open_form = filled_in(editor, url, last_name="Mitt")
    role = Group.objects.get(name="Samordnare").pk
    assert editor.post(url, filled_in(editor, url, last_name="Annas", role=role)).status_code == 302
    refused = errors(editor.post(url, open_form))
    assert "Annas" in refused["last_name"][0]
    assert "Samordnare" in refused["role"][0]
    user.refresh_from_db()
    assert (user.last_name, user.groups.get().name) == ("Annas", "Samordnare")


def test_second_target_of_an_old_address_shows_the_first(editor: Client, contact: Any) -> None:
    old = OldAddress.objects.create(path="/natverk/borta/", page="networks.network:9999", title="Borta")
    mine, theirs = NetworkFactory(name_sv="Mitt val"), NetworkFactory(name_sv="Annas val")
    url = f"/admin/pages/oldaddress/{old.pk}/change/"
    open_form, cleared = filled_in(editor, url, target=mine.key), filled_in(editor, url, target="")
    assert editor.post(url, filled_in(editor, url, target=theirs.key)).status_code == 302
    refused = editor.post(url, open_form)
    assert "Annas val" in errors(refused)["target"][0]
    assert refused.context["adminform"].form["target"].value() == mine.key
    # A page that was hidden since is still told by its name.
    Network.objects.filter(pk=theirs.pk).update(published_at=None)
    assert "Annas val" in errors(editor.post(url, cleared))["target"][0]
    old.refresh_from_db()
    assert old.target == theirs.key
    # Having seen both, one may choose.
    assert editor.post(url, open_form | {"_seen": refused.context["seen"]}).status_code == 302
    old.refresh_from_db()
    assert old.target == mine.key
    assert "Mitt val" in errors(editor.post(url, cleared))["target"][0]
    OldAddress.objects.update(target="")
    assert "Ingen annan sida" in errors(editor.post(url, open_form | {"_seen": refused.context["seen"]}))["target"][0]


# What is changed in a form that compares field by field; content is refused as a whole.
CHANGED = {
    "accessibility/report": {"note": "Min"},
    "feedback/answer": {"note": "Min"},
    "feedback/retention": {"reference": "KS 1"},
    "search/synonyms": {"words": "mina"},
    "quality/spelling": {"right": "min"},
    "dashboard/note": {"text": "Min"},
    "auth/user": {"last_name": "Min"},
}


def test_every_form_of_the_admin_is_locked(world: World) -> None:
    """Everything that is registered and may be changed: a kind that compares nothing fails, a later one too."""
    changed = CHANGED | {"pages/oldaddress": {"target": world.public["networks/network"].key}}
    saved = {}
    for model in admin.site._registry:
        kind = model._meta.label_lower.replace(".", "/")
        url = f"/admin/{kind}/{({**world.public, **world.others})[kind].pk}/change/"
        if not world.chief.get(url).context.get("has_change_permission"):
            continue
        form = filled_in(world.chief, f"{url}?live") | changed.get(kind, {})
        for seen in (form["_seen"], "x"):
            with rolled_back() as tables:
                world.chief.post(url, form | {"_seen": seen})
                saved[kind, seen == "x"] = model._meta.db_table in tables
    assert len(saved) > 2 * len(changed)
    assert saved == {(kind, not_seen): not not_seen for kind, not_seen in saved}
