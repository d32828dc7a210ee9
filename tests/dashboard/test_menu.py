"""The menu beside every page of the admin."""

import re

import pytest
from django.contrib import admin
from django.test import Client

from dashboard.menu import Entry, mark_current
from tests.dashboard.test_roles import account, logged_in
from tests.factories import NetworkFactory
from tests.queries import number_of_queries

pytestmark = pytest.mark.django_db
TITLES = ("Innehåll", "Läsare och kontakter", "Rapporter och arkiv", "Sällan")


def menu_of(client: Client, path: str) -> str:
    html = client.get(path).content.decode()
    assert html.count('id="menu"') == 1, path
    return html[html.index('id="menu"') : html.index("</nav>", html.index('id="menu"'))]


def current(menu: str) -> list[tuple[str, str]]:
    return re.findall(r'href="([^"]+)"[^>]* aria-current="(\w+)"', menu)


def test_every_page_has_the_menu_with_its_place_marked(editor: Client) -> None:
    network = NetworkFactory()
    networks, form = "/admin/networks/network/", f"/admin/networks/network/{network.pk}"
    for path, marked in {
        "/admin/": [("/admin/", "page")],
        networks: [(networks, "page")],
        f"{networks}?status=draft": [(networks, "page")],
        f"{networks}add/": [(networks, "true"), (f"{networks}add/", "page")],
        f"{form}/change/": [(networks, "true")],
        f"{form}/history/": [(networks, "true")],
        f"{form}/delete/": [(networks, "true")],
        "/konto/": [],
        f"{networks}deleted/": [(networks, "true")],
        "/admin/feedback/answer/": [("/admin/feedback/answer/", "page")],
        "/admin/feedback/answer/rapport/": [("/admin/feedback/answer/rapport/", "page")],
        "/admin/aret/": [("/admin/aret/", "page")],
        "/admin/password_change/": [],
    }.items():
        assert current(menu_of(editor, path)) == marked, path


def test_menu_lists_every_model_of_the_admin(editor: Client) -> None:
    menu = menu_of(editor, "/admin/")
    groups = [menu.index(f">{title}</p>") for title in TITLES]
    assert groups == sorted(groups)
    for model in admin.site._registry:
        assert f'href="/admin/{model._meta.app_label}/{model._meta.model_name}/"' in menu, model


def test_menu_shows_only_what_the_role_may_open() -> None:
    menu = menu_of(logged_in(account("Redaktör")), "/admin/")
    for shown in (
        "/admin/networks/network/add/",
        "/admin/contacts/contact/",
        "/admin/feedback/answer/rapport/",
        "/admin/aret/",
    ):
        assert f'href="{shown}"' in menu, shown
    for hidden in ("/admin/contacts/contact/add/", "/admin/auth/user/", "/admin/feedback/retention/", "/admin/arkiv/"):
        assert f'href="{hidden}"' not in menu, hidden


def test_popup_and_login_have_no_menu(editor: Client) -> None:
    assert 'id="menu"' not in editor.get("/admin/networks/network/add/?_popup=1").content.decode()
    assert 'id="menu"' not in Client().get("/admin/login/").content.decode()


def test_menu_asks_the_database_nothing(editor: Client) -> None:
    whole, bare = (f"/admin/networks/network/add/?{query}" for query in ("position=5", "_popup=1"))
    editor.get(whole)  # what is cached by the first request
    assert number_of_queries(editor.get, whole) == number_of_queries(editor.get, bare)


def test_longest_address_is_the_current_one() -> None:
    entries = [Entry("Svar", "/a/"), Entry("Rapport", "/a/b/")]
    mark_current("/a/b/c/", entries)
    assert [entry.current for entry in entries] == ["", "true"]
