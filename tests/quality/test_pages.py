"""Remarks on the form of a page, counted by night, and the list of spellings."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pages.registry import PAGES
from quality.models import RemarkCount, Spelling
from quality.pages import count_remarks
from tests.dashboard.test_roles import account, logged_in
from tests.factories import (
    HIDDEN,
    ArticleFactory,
    ContactFactory,
    ExchangeFactory,
    FactFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    ProjectFactory,
    StatementFactory,
    TownFactory,
)
from tests.forms import admin_url, errors, filled_in, save
from tests.pagecache.fill import fill
from tests.queries import number_of_queries

pytestmark = pytest.mark.django_db
FULL = {"summary_sv": "Sammanfattning.", "body_sv": "<p>Text.</p>"}
CODES = ("en", "da", "de", "it", "pl", "cs", "fr")
TRANSLATED = {f"{name}_{code}": "x" for name in ("title", "summary", "body") for code in CODES}


def panel(client: Client, item: Any, query: str = "") -> list[str]:
    """The remarks on the form of an object."""
    html = client.get(admin_url(item) + query).content.decode()
    found = re.findall(r'<details class="remarks">.*?</details>', html, re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL) if found else []
    assert f"Att förbättra ({len(items)})" in "".join(found) or not found
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", item)).split()) for item in items]


def test_panel_names_field_language_and_place(editor: Client) -> None:
    Spelling.objects.create(wrong="Ricany", right="Říčany")
    text = {"body_sv": '<p>Läs <a href="/a">här</a>.</p>', "body_de": "<h3>Ricany</h3>"}
    page = PageFactory(**FULL | TRANSLATED | text)
    assert panel(editor, page) == [
        "Text på svenska: här – Länken säger inte vart den leder. Skriv vad som finns där.",
        "Text på tyska: Ricany – Vi stavar det ”Říčany”.",
        "Text på tyska: Ricany – Rubriken hoppar över en nivå. Börja med en större rubrik.",
    ]
    assert '<q lang="de">Ricany</q>' in editor.get(admin_url(page)).content.decode()


def test_page_without_remarks_has_no_panel(editor: Client) -> None:
    assert panel(editor, PageFactory(**FULL | TRANSLATED)) == []


def test_panel_stands_on_every_kind_of_page(editor: Client) -> None:
    made = [
        PageFactory(), NetworkFactory(), TownFactory(), FocusAreaFactory(), ArticleFactory(), StatementFactory(),
        ProjectFactory(), ExchangeFactory(),
    ]  # fmt: skip
    assert {type(item) for item in made} == {kind.model for kind in PAGES}
    for item in made:
        assert panel(editor, item), type(item)
    assert panel(editor, ContactFactory()) == []
    for model in ("networks/network", "search/synonyms", "quality/spelling"):
        assert 'class="remarks"' not in editor.get(f"/admin/{model}/add/").content.decode()


def test_empty_page_is_told_where_it_should_have_text(editor: Client, fronts: Any) -> None:
    empty = "Sidan har ingen egen text."
    assert empty in panel(editor, ArticleFactory())
    for item in (fronts["networks"], FocusAreaFactory(), ProjectFactory(), StatementFactory()):
        assert empty not in panel(editor, item)


def test_old_fact_is_told_on_its_network(editor: Client) -> None:
    network = NetworkFactory()
    today = timezone.localdate()
    FactFactory(network=network, label_sv="Städer", as_of=today - timedelta(days=3 * 366))
    FactFactory(network=network, label_sv="Länder", as_of=today - timedelta(days=366))
    told = [remark for remark in panel(editor, network) if "Faktauppgifter" in remark]
    assert len(told) == 1
    assert told[0].startswith("Faktauppgifter: Städer – Uppgiften är från ")


def test_panel_reads_the_draft_that_the_form_shows(editor: Client) -> None:
    page = PageFactory(**FULL | TRANSLATED)
    data = filled_in(editor, admin_url(page), body_sv='<p><a href="/a">läs mer</a></p>')
    editor.post(admin_url(page), data | {"_draft": "1"})
    assert len(panel(editor, page)) == 1
    assert panel(editor, page, "?live=1") == []
    assert len(panel(logged_in(account("Redaktör")), page)) == 1


def test_panel_reads_a_draft_that_cannot_be_saved_yet(editor: Client) -> None:
    page = PageFactory(**FULL | TRANSLATED)
    data = filled_in(editor, admin_url(page), summary_sv="Alldeles för långt. " + "långt " * 60)  # over 300 letters
    editor.post(admin_url(page), data | {"_draft": "1"})
    assert len(panel(editor, page)) == 1


def test_remarks_stop_nobody_and_refused_form_keeps_them(editor: Client) -> None:
    page = PageFactory(**FULL | TRANSLATED)
    save(editor, page, body_sv='<p><a href="/a">här</a></p>')
    assert len(panel(editor, page)) == 1
    response = editor.post(admin_url(page), filled_in(editor, admin_url(page), title_sv="", body_sv="<h3>Liten</h3>"))
    assert errors(response)
    assert "Rubriken hoppar över en nivå" in response.content.decode()


def test_public_pages_are_counted_by_night() -> None:
    FocusAreaFactory(**{f"name_{code}": "x" for code in CODES})
    good, bad = PageFactory(**FULL | TRANSLATED), PageFactory()
    for hidden in HIDDEN:
        PageFactory(**hidden)
    RemarkCount.objects.create(model="pages.page", object_id=9999, count=99)
    assert count_remarks(dry_run=True) == "4 förslag om 3 sidor skulle räknas"
    assert RemarkCount.objects.get().count == 99
    assert count_remarks(dry_run=False) == "4 förslag om 3 sidor"
    assert dict(RemarkCount.objects.filter(model="pages.page").values_list("object_id", "count")) == {
        good.pk: 0,
        bad.pk: 3,
    }


def test_counting_takes_as_many_queries_at_any_size(contact: Any) -> None:
    fill(3)
    few = number_of_queries(count_remarks, True)
    fill(40)
    assert number_of_queries(count_remarks, True) == few < 12


def test_doubled_or_circular_spelling_is_refused(editor: Client) -> None:
    url = "/admin/quality/spelling/add/"
    assert editor.post(url, {"wrong": "Ricany", "right": "Říčany"}).status_code == 302
    assert "finns redan" in errors(editor.post(url, {"wrong": "RICANY", "right": "Říčany"}))["wrong"][0]
    assert "felaktiga" in errors(editor.post(url, {"wrong": "bolkow", "right": "Bolkow stad"}))["right"][0]
    assert set(errors(editor.post(url, {"wrong": " ", "right": ""}))) == {"wrong", "right"}
    assert errors(editor.post(url, {"wrong": "x" * 61, "right": "y"}))["wrong"]
    assert Spelling.objects.count() == 1
    assert 'value="(["' in editor.post(url, {"wrong": '(["', "right": ""}).content.decode().replace("&quot;", '"')
    assert editor.post(url, {"wrong": "(a|b", "right": "c"}).status_code == 302  # no pattern, and no 500
    assert panel(editor, PageFactory(**FULL | TRANSLATED)) == []


def test_shipped_spellings_are_loaded_with_the_content(seeded: None) -> None:
    assert Spelling.objects.get(wrong="Ricany").right == "Říčany"
    assert Spelling.objects.count() > 5
