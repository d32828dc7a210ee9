"""What is deleted between the check of a request and its lock: nothing typed is lost, and nothing answers 500."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from editing.admin import SURE, ContentAdmin
from editing.locking import SeenForm
from editing.models import Draft, Preview
from feedback.models import Answer
from networks.models import Network
from tests.factories import LONG_AGO, NetworkFactory
from tests.forms import SAME_ORIGIN, filled_in

pytestmark = pytest.mark.django_db


def change(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def deleting(function: Callable[..., Any], obj: models.Model) -> Callable[..., Any]:
    """The function, called when somebody has just deleted an object."""

    def inner(*args: Any, **kwargs: Any) -> Any:
        type(obj)._base_manager.filter(pk=obj.pk).delete()
        return function(*args, **kwargs)

    return inner


def test_deleted_content_is_offered_as_new(editor: Client, contact: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    for button, step in (("_save", "save_form_posted"), ("_draft", "save_draft"), ("_restore", "show_typed")):
        network = NetworkFactory()
        typed = filled_in(editor, change(network), summary_sv="Det jag skrev.") | {button: "1"}
        with monkeypatch.context() as patch:
            patch.setattr(ContentAdmin, step, deleting(getattr(ContentAdmin, step), network))
            answer = editor.post(change(network), typed, headers=SAME_ORIGIN)
        assert answer.status_code == 200, button
        html = answer.content.decode()
        assert "Någon har raderat det här medan du skrev." in html, button
        assert answer.context["adminform"].form["summary_sv"].value() == "Det jag skrev."
        assert 'action="/admin/networks/network/add/"' in html
        assert not Draft.objects.exists()
        saved = typed | {"_seen": "", "slug": f"ny{button}".replace("_", "-"), "_save": "1"}
        del saved[button]
        assert editor.post("/admin/networks/network/add/", saved | {"_save": "1"}).status_code == 302
        assert Network.objects.filter(summary_sv="Det jag skrev.").count() == 1
        Network.objects.all().delete()


def test_deleted_answer_is_not_saved_again(editor: Client, contact: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Answer.objects.create(page="networks.network:1", page_title="x", language="sv", revision=LONG_AGO)
    typed = filled_in(editor, change(answer), note="Min anteckning")
    monkeypatch.setattr(SeenForm, "clean", deleting(SeenForm.clean, answer))
    refused = editor.post(change(answer), typed)
    assert refused.context["adminform"].form["note"].value() == "Min anteckning"
    assert "Någon har raderat det här medan du skrev." in refused.content.decode()
    assert not Answer.objects.exists()


def test_actions_leave_out_what_was_deleted(editor: Client, contact: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    for action, published_at in (("publish_now", None), ("unpublish_now", LONG_AGO)):
        gone, stays = NetworkFactory(published_at=published_at), NetworkFactory(published_at=published_at)
        listed = "/admin/networks/network/"
        data = {"action": action, "_selected_action": [gone.pk, stays.pk], "sure": SURE}
        with monkeypatch.context() as patch:
            patch.setattr(models.QuerySet, "select_for_update", deleting(models.QuerySet.select_for_update, gone))
            assert editor.post(listed, data).status_code == 302, action
        stays.refresh_from_db()
        assert stays.is_published is (action == "publish_now")
        assert not Network.objects.filter(pk=gone.pk).exists()


def test_a_deleted_page_or_preview_is_missing(
    editor: Client, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = NetworkFactory()
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.views.may", deleting(lambda *args: True, network))
        assert editor.post(f"/admin/still-right/{network.key}/").status_code == 404
    preview = Preview.objects.create(model="networks.network", data={}, user=User.objects.get(), key="k")
    monkeypatch.setattr("editing.views.own_preview", deleting(lambda *args: preview, preview))
    assert editor.post(reverse("editing:share", args=["k"])).status_code == 302
    assert not Preview.objects.exists()
