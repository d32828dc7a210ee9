"""The search of the admin's menu, in all content."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from dashboard.find import SHOWN
from tests.dashboard.test_roles import account, logged_in
from tests.factories import (
    ArticleFactory,
    ContactFactory,
    ExchangeFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    ProjectFactory,
    StatementFactory,
    TownFactory,
)
from tests.forms import admin_url
from tests.queries import number_of_queries

pytestmark = pytest.mark.django_db


def found(client: Client, typed: str) -> set[str]:
    html = client.get("/admin/find/", {"q": typed}).content.decode()
    content = html[html.index('id="content-main"') : html.index("</main>")]
    return set(re.findall(r'href="([^"]+/change/)"', content))


def test_every_kind_is_found_by_its_text_in_any_language(editor: Client, contact: Any) -> None:
    body = {"body_sv": "<p>Tidigare <strong>brandövningar</strong>.</p>"}
    items = [make(**body) for make in (NetworkFactory, TownFactory, FocusAreaFactory, ArticleFactory, PageFactory)]
    items += [make(**body) for make in (ProjectFactory, ExchangeFactory)]
    items += [StatementFactory(method_text_sv="Brandövningar"), ContactFactory(role_sv="Brandövningar")]
    items += [PartnershipFactory(note_sv="Brandövningar"), NetworkFactory(body_de="<p>Brandövningar</p>")]
    items += [NetworkFactory(summary_sv="BRANDÖVNINGAR", published_at=None)]
    NetworkFactory(), TownFactory()
    assert found(editor, "brandövningar") == {admin_url(item) for item in items}
    assert found(editor, " tidigare   brandövningar ") == {admin_url(item) for item in items[:7]}


def test_names_are_found_however_they_are_written(editor: Client, contact: Any) -> None:
    town = TownFactory(name_sv="Říčany")
    assert found(editor, "ricany") == {admin_url(town)}


def test_nothing_found_and_nothing_typed_say_so(editor: Client) -> None:
    html = unescape(editor.get("/admin/find/", {"q": "<b>x"}).content.decode())
    assert "Inget innehåll har ”<b>x”" in html
    assert "<b>x”" not in editor.get("/admin/find/", {"q": "<b>x"}).content.decode()
    assert "Skriv ett eller flera ord" in editor.get("/admin/find/").content.decode()


def test_role_finds_only_what_it_may_see(contact: Any) -> None:
    network = NetworkFactory(body_sv="<p>Brandövningar</p>")
    without_role = account("Redaktör", "sten")
    without_role.groups.clear()
    assert found(logged_in(without_role), "brandövningar") == set()
    assert found(logged_in(account("Redaktör")), "brandövningar") == {admin_url(network)}


def test_more_than_are_shown_are_in_the_list(editor: Client, contact: Any) -> None:
    NetworkFactory.create_batch(SHOWN + 1, summary_sv="Brandövningar")
    assert len(found(editor, "brandövningar")) == SHOWN
    html = editor.get("/admin/find/", {"q": "brandövningar"}).content.decode()
    address = re.findall(r'href="(/admin/networks/network/\?q=[^"]+)"', html)[0]
    assert f"{SHOWN + 1} nätverk" in editor.get(address).content.decode()


def test_long_and_odd_searches_are_answered(editor: Client) -> None:
    for typed in ("a " * 5000, "x" * 60_000, "%_\\'\"", "ø" * 300):
        for path in ("/admin/find/", "/admin/networks/network/"):
            assert editor.get(path, {"q": typed}).status_code == 200, typed[:10]


def test_find_queries_do_not_grow(editor: Client, contact: Any) -> None:
    def fill(number: int) -> None:
        NetworkFactory.create_batch(number, summary_sv="Brandövningar")
        PartnershipFactory.create_batch(number, note_sv="Brandövningar")
        ProjectFactory.create_batch(number, summary_sv="Brandövningar")

    asked = (editor.get, "/admin/find/", {"q": "Brandövningar"})
    fill(1)
    number_of_queries(*asked)
    few = number_of_queries(*asked)
    fill(8)
    assert number_of_queries(*asked) == few


def test_choice_in_a_form_is_found_by_name_alone(editor: Client) -> None:
    area = FocusAreaFactory(name_sv="miljö", body_sv="<p>Brandövningar</p>")
    asked = {"app_label": "networks", "model_name": "network", "field_name": "focus_areas"}
    for term, results in (("miljö", [str(area.pk)]), ("brandövningar", [])):
        answer = editor.get("/admin/autocomplete/", {**asked, "term": term}).json()
        assert [row["id"] for row in answer["results"]] == results, term
