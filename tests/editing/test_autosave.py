"""Autosave: what is being typed is kept as a draft, never over a newer one."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from editing.models import Draft
from networks.models import Network
from tests.forms import admin_url, filled_in

pytestmark = pytest.mark.django_db


def autosave(editor: Client, url: str, **changes: Any) -> Any:
    return editor.post(url, filled_in(editor, url, **changes) | {"_autosave": "1"})


def test_autosave_keeps_a_draft_that_the_next_one_replaces(editor: Client, client: Client, network: Network) -> None:
    url = admin_url(network)
    typed = filled_in(editor, url, summary_sv="Halv") | {"_autosave": "1"}
    first = editor.post(url, typed).json()
    assert first["saved"].startswith("Sparat som utkast ")
    again = editor.post(url, typed | {"summary_sv": "Halvvägs", "_draft_seen": first["draft"]})
    assert (again.status_code, Draft.objects.get().data["summary_sv"]) == (200, ["Halvvägs"])
    assert "Halv" not in client.get("/natverk/sern/").content.decode()
    assert "Halvvägs</textarea>" in editor.get(url).content.decode()


def test_autosave_leaves_a_newer_draft_alone(editor: Client, network: Network) -> None:
    """Somebody else's, or that of another tab."""
    url = admin_url(network)
    typed = filled_in(editor, url) | {"_autosave": "1"}
    editor.post(url, filled_in(editor, url, summary_sv="Nyare") | {"_draft": "1"})
    answer = editor.post(url, typed | {"summary_sv": "Äldre"})
    assert (answer.status_code, "nyare utkast" in answer.json()["problem"]) == (409, True)
    assert Draft.objects.get().data["summary_sv"] == ["Nyare"]


def test_autosave_of_something_new_is_its_users_own(editor: Client, network: Network) -> None:
    url = admin_url(Network, "add")
    autosave(editor, url, name_sv="Nytt nätverk")
    for address in (url, f"{url}?_changelist_filters=status%3Dpublic"):
        assert 'value="Nytt nätverk"' in editor.get(address).content.decode()
    other = Client()
    other.force_login(User.objects.create_superuser("annan"))
    assert 'value="Nytt nätverk"' not in other.get(url).content.decode()
    editor.post(url, filled_in(editor, url, slug="nytt"))
    assert (Network.objects.filter(slug="nytt").count(), Draft.objects.count()) == (1, 0)


def test_discarded_new_draft_leaves_an_empty_form(editor: Client) -> None:
    url = admin_url(Network, "add")
    version = autosave(editor, url, name_sv="Nytt nätverk").json()["draft"]
    discard = f"{url.removesuffix('/')}/discard/"
    assert 'href="/admin/networks/network/add/"' in editor.post(discard).content.decode()  # which asks first
    editor.post(discard, {"sure": version})
    assert "Nytt nätverk" not in editor.get(url).content.decode()


def test_autosave_without_login_keeps_nothing(editor: Client, network: Network) -> None:
    url = admin_url(network)
    typed = filled_in(editor, url, summary_sv="Halv") | {"_autosave": "1"}
    editor.logout()
    assert editor.post(url, typed).headers["Content-Type"] != "application/json"
    assert not Draft.objects.exists()
