"""The link "Ändra den här sidan" on public pages, for users who may change them."""

import re
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from pages.registry import PAGES
from tests.dashboard.test_roles import account, logged_in
from tests.factories import NetworkFactory
from tests.forms import admin_url
from tests.pagecache.conftest import InProcess
from tests.pagecache.fill import fill_articles, fill_pages_of_activities

pytestmark = pytest.mark.django_db
LINK = re.compile(rb'<p class="preview-note"><a href="([^"]+)">[^<]+</a></p>')


@pytest.fixture
def network(contact: Any) -> Any:
    return NetworkFactory(slug="x")


def link(client: Client, path: str) -> str:
    found = LINK.search(client.get(path).content)
    return found[1].decode() if found else ""


def test_every_kind_of_page_links_to_its_form(editor: Client, seeded: None) -> None:
    fill_articles(1)
    fill_pages_of_activities()
    for kind in PAGES:
        item = kind.published().last()
        assert link(editor, item.get_absolute_url()) == admin_url(item), kind.model


def test_only_who_may_change_the_page_gets_the_link(network: Any) -> None:
    path = network.get_absolute_url()
    assert link(logged_in(account("Redaktör")), path) == admin_url(network)
    without_role, reader = account("Redaktör", "sten"), account("Samordnare", "lena")
    without_role.groups.clear()
    reader.is_staff = False
    reader.save()
    for user in (without_role, reader):
        assert link(logged_in(user), path) == "", user


def test_link_is_in_the_language_of_the_page(editor: Client, network: Any) -> None:
    assert "Diese Seite bearbeiten" in editor.get("/de/netzwerke/x/").content.decode()


def test_page_is_the_same_to_everyone_else(editor: Client, network: Any) -> None:
    path = network.get_absolute_url()
    anonymous, live = Client().get(path), editor.get(path)
    assert LINK.sub(b"", live.content) == anonymous.content
    policies = [sorted(answer.headers["Content-Security-Policy"].split("; ")) for answer in (anonymous, live)]
    assert policies[0] == policies[1]
    assert not anonymous.cookies
    assert not live.cookies
    assert "Cookie" not in anonymous.headers.get("Vary", "")
    assert live.headers["Cache-Control"] == "private, no-cache"


def test_front_keeps_no_page_with_the_link(
    editor: Client, network: Any, front: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    path, session = network.get_absolute_url(), editor.cookies["sessionid"].value
    before = front.get(path)
    assert LINK.search(front.get(path, HTTP_COOKIE=f"sessionid={session}").body)
    front.pages.clear()
    front.get(path, HTTP_COOKIE=f"sessionid={session}")
    assert front.pages == {}
    assert front.get(path) == before
    assert not LINK.search(before.body)
