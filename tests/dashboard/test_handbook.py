"""The handbook in the admin, and which chapter Hjälp opens."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import get_resolver

from dashboard.handbook import CHAPTERS, FILE, chapter_of, chapters
from tests.factories import NetworkFactory


def handbook(client: Client) -> str:
    return unescape(client.get("/admin/help/").content.decode())


def test_every_chapter_that_help_names_exists() -> None:
    assert set(CHAPTERS.values()) <= {chapter.title for chapter in chapters()}


def names(resolver: Any = None, namespace: str = "") -> Iterator[str]:
    """The name of every address, with its namespace."""
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from names(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif entry.name:
            yield namespace + entry.name


def test_every_key_is_an_address_an_action_or_a_model() -> None:
    found = set(names())
    known = found | {word for name in found if name.startswith("admin:") for word in name.split("_")} | {""}
    assert set(CHAPTERS) <= known


@pytest.mark.parametrize(
    ("name", "anchor"),
    [
        ("admin:index", "se-vad-som-väntar"),
        ("admin:networks_network_add", "lägga-till-ett-nätverk"),
        ("admin:networks_network_change", "rätta-en-text"),
        ("admin:networks_network_history", "se-vad-som-ändrats-och-ångra"),
        ("admin:news_article_delete", "radera"),
        ("admin:news_article_change", "skriv-en-nyhet-en-händelse-eller-en-möjlighet"),
        ("admin:accessibility_report_change", "ta-hand-om-ett-rapporterat-tillgänglighetsproblem"),
        ("admin:partners_confirmation_change", "låt-partnern-bekräfta"),
        ("admin:feedback_report", "läs-vad-besökarna-tycker"),
        ("editing:preview", "förhandsgranska"),
        ("dashboard:handbook", "rätta-en-text"),
    ],
)
def test_help_opens_the_chapter_about_the_page(name: str, anchor: str) -> None:
    assert chapter_of(name) == anchor


@pytest.mark.django_db
def test_header_links_to_the_chapter(editor: Client) -> None:
    html = unescape(editor.get(f"/admin/networks/network/{NetworkFactory().pk}/history/").content.decode())
    assert 'href="/admin/help/#se-vad-som-ändrats-och-ångra" target="_blank"' in html


@pytest.mark.django_db
def test_handbook_shows_every_word_and_leaves_no_markdown(editor: Client) -> None:
    html = handbook(editor)
    page = html[html.index('class="handbook"') : html.index("</main>")]
    text = re.sub(r"<[^>]+>", "", page)
    for written in re.findall(r"[\wåäöÅÄÖ]{4,}", re.sub(r"\(\S+\)|^# .*|\d\w+", "", FILE.read_text("utf-8"))):
        assert written in html, written
    for mark in ("**", "](", "\n- ", "## ", "`"):
        assert mark not in text, mark
    assert "<strong>Spara och publicera</strong>" in page
    assert "<li>Välj till exempel <strong>Nätverk</strong>" in page
    assert "<code>/admin/</code>" in page


@pytest.mark.django_db
def test_links_and_pictures_of_the_handbook_work(editor: Client) -> None:
    html = handbook(editor)
    anchors = re.findall(r'href="#([^"]+)"', html)
    assert "hjälp-läsarna-att-hitta" in anchors
    ids = re.findall(r' id="([^"]+)"', html)
    assert {*anchors} - {"content-start"} <= {*ids}
    assert len(ids) == len({*ids})
    pictures = re.findall(r'<img src="/static/(handbook/[^"]+)" alt="([^"]+)" width="(\d+)"', html)
    assert len(pictures) == html.count("<img") > 10
    for path, _alt, width in pictures:
        assert finders.find(path), path
        assert int(width) > 100
