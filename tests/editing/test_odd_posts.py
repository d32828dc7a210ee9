"""Posts that a form did not send so: tampered with, of a deleted object, sent twice."""

import itertools
import re
from typing import Any

import pytest
from django.test import Client

from contacts.models import Contact
from networks.models import Network
from tests.editing.test_drafts import shown
from tests.forms import admin_url, filled_in, unwritten

pytestmark = pytest.mark.django_db


TAMPERED: list[dict[str, Any]] = [
    {"projects-TOTAL_FORMS": "many", "projects-INITIAL_FORMS": "-1"},
    {"projects-TOTAL_FORMS": "99999", "projects-0-id": "x"},
    {"projects-TOTAL_FORMS": "²"},
    {"facts-TOTAL_FORMS": "2", "facts-0-id": "99", "facts-1-id": "1", "facts-INITIAL_FORMS": "2"},
    {"image-kept": "pictures/x.png"},
    {"focus_areas": ["x", "99"], "contact": "99"},
    {"_seen": "x" * 5000},
]


def test_tampered_form_changes_nothing(editor: Client, network: Network) -> None:
    url = admin_url(network)
    sent = filled_in(editor, url)
    for typed, button in zip(TAMPERED, itertools.cycle(["_draft", "_preview", "_save"]), strict=False):
        with unwritten():
            answer = editor.post(url, sent | typed | {button: "1"})
        assert answer.status_code in {200, 302}, (typed, button)
    assert editor.get(url).status_code == 200
    network.refresh_from_db()
    assert network.summary_sv == "Den publicerade texten."
    assert editor.get("/admin/networks/network/%C2%B2/change/").status_code == 302
    for row in ("abc", "9" * 30):
        listed = admin_url(Network, "changelist")
        assert editor.post(listed, {"action": "publish_now", "_selected_action": row}).status_code == 400


def test_deleted_object_is_offered_as_new(editor: Client, network: Network) -> None:
    url, add = admin_url(network), admin_url(Network, "add")
    typed = filled_in(editor, url, summary_sv="Lång text.")
    network.delete()
    for button in ("_save", "_draft", "_preview"):
        answer = editor.post(url, typed | {button: "1"})
        assert shown(answer, "summary_sv") == "Lång text."
        assert f'action="{add}"' in answer.content.decode()
    assert editor.post(add, typed | {"_seen": "", "slug": "ny"}).status_code == 302
    assert Network.objects.get().summary_sv == "Lång text."


def test_add_form_posted_twice_asks_first(editor: Client, contact: Any) -> None:
    """As after the browser's Back button."""
    url = admin_url(Contact, "add")

    def key(html: str) -> dict[str, str]:
        found = re.search('name="_add_key" value="([^"]+)"', html)
        assert found
        return {"_add_key": found[1]}

    typed = filled_in(editor, url, name="Anna Ek") | key(editor.get(url).content.decode())
    assert editor.post(url, typed).status_code == 302
    again = editor.post(url, typed | {"name": "Anna Eek"})
    html = again.content.decode()
    added = Contact.objects.get(name="Anna Ek")
    assert f'Du har redan lagt till <a href="{admin_url(added)}">Anna Ek</a>' in html
    assert shown(again, "name") == "Anna Eek"
    assert Contact.objects.filter(name__startswith="Anna").count() == 1
    assert editor.post(url, typed | {"name": "Anna Eek"} | key(html)).status_code == 302
    assert Contact.objects.filter(name__startswith="Anna").count() == 2
