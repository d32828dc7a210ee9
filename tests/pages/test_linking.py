"""Links in formatted texts to pages of the site, stored by key instead of address."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from networks.models import Network
from publishing.rendering import render_html
from search.index import update_index
from search.models import SearchEntry
from tests.factories import ArticleFactory, FocusAreaFactory, NetworkFactory, PageFactory, TownFactory
from tests.forms import admin_url, refused, save
from tests.pages.test_scale import MOST
from tests.queries import number_of_queries

pytestmark = pytest.mark.django_db
FIND = "/admin/find-pages/"


def link(page: Any, text: str = "länken") -> str:
    return f'<p>Se <a href="page:{page.key}">{text}</a>.</p>'


def test_link_to_a_page_follows_its_address(client: Client) -> None:
    network = NetworkFactory(slug="sern")
    PageFactory(slug="om-oss", title_sv="Om oss", body_sv=link(network), body_en=link(network, "<strong>it</strong>"))
    assert '<p>Se <a href="/natverk/sern/">länken</a>.</p>' in client.get("/om/om-oss/").content.decode()
    assert '<a href="/en/networks/sern/"><strong>it</strong></a>' in client.get("/en/about/om-oss/").content.decode()
    Network.objects.filter(pk=network.pk).update(slug="sern-2")
    assert '<a href="/natverk/sern-2/">' in client.get("/om/om-oss/").content.decode()


def test_link_to_a_hidden_page_is_plain_text() -> None:
    network, home = NetworkFactory(), TownFactory(home=True)
    html = link(network)
    assert "<a href" in render_html(html)
    for hidden in ({"published_at": None}, {"unpublished_at": timezone.now()}):
        Network.objects.filter(pk=network.pk).update(**hidden)
        assert render_html(html) == "<p>Se länken.</p>"
    network.delete()
    assert render_html(html) == "<p>Se länken.</p>"
    for key in (home.key, "auth.user:1", "networks.nothing:1", "networks.network:" + "9" * 18):
        assert render_html(f'<p><a href="page:{key}">x</a></p>') == "<p>x</p>", key


def test_links_of_a_text_take_a_query_for_each_kind(client: Client) -> None:
    kinds = (NetworkFactory, FocusAreaFactory, ArticleFactory)
    pages = [make() for make in kinds for _number in range(5)]
    html = "".join(map(link, pages))
    assert render_html(html).count("<a href") == 15
    assert number_of_queries(render_html, html) == 3
    assert number_of_queries(render_html, '<p><a href="https://www.sern.eu/">x</a></p>') == 0
    page = PageFactory(slug="om-oss", body_sv=html, intro_sv=link(pages[0]))
    assert number_of_queries(client.get, page.get_absolute_url()) <= MOST


def test_linked_words_are_found_and_told_apart_from_the_link() -> None:
    page = PageFactory(body_sv=link(NetworkFactory(), "glasblåsning"))
    update_index("sv")
    entry = SearchEntry.objects.get(model="pages.page", object_id=page.pk, language="sv")
    assert "Se glasblåsning." in str(entry.texts)
    assert "page:" not in str(entry.texts)


def test_editor_finds_pages_by_title_or_key(editor: Client) -> None:
    town = TownFactory(name_sv="Říčany")
    TownFactory(name_sv="Ricany hemma", home=True)
    hidden = NetworkFactory(name_sv="Nätverket i Ricany", full_name_sv="", published_at=None)

    def found(words: str) -> list[tuple[str, str]]:
        return [(page["href"], page["title"]) for page in editor.get(FIND, {"q": words}).json()["pages"]]

    network = (f"page:{hidden.key}", "Nätverket i Ricany (Nätverk) – inte publicerad")
    assert found("RICANY") == [network, (f"page:{town.key}", "Říčany (Ort)")]
    assert found("nätverket i") == [network]
    assert found(f"page:{hidden.key}") == [network]
    for odd in ("page:networks.network:999", "page:", "%", "_", "x" * 5000, "page:auth.user:1"):
        assert found(odd) == [], odd
    with translation.override("sv"):
        for number in range(30):
            NetworkFactory(name_sv=f"Många {number}")
    assert len(found("många")) == 20


def test_page_for_deleting_tells_which_texts_link_there(editor: Client) -> None:
    network = NetworkFactory(slug="sern")
    network.body_sv = link(network)
    network.save()
    other = Network(pk=int(f"{network.pk}0"), slug="x", name_sv="Annat")
    PageFactory(title_sv="Om oss", body_cs=link(network))
    FocusAreaFactory(name_sv="Miljö", body_sv=link(other))
    html = editor.get(admin_url(network, "delete")).content.decode()
    assert "Texter med länk hit" in html
    assert "Länkarna blir vanlig text." in html
    linking = html.partition("Texter med länk hit")[2].partition("Ångrar du dig?")[0]
    assert re.findall(r">([^<>]+)</a>", linking) == ["Om oss"]
    assert "Texter med länk hit" not in editor.get(admin_url(NetworkFactory(), "delete")).content.decode()


def test_link_to_a_page_is_saved_as_it_is(editor: Client) -> None:
    network, page = NetworkFactory(), PageFactory()
    save(editor, page, body_sv=link(network))
    assert page.body_sv == link(network)
    assert "body_sv" in refused(editor, page, body_sv='<p><a href="page:networks.network:x">x</a></p>')
