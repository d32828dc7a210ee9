"""The pages of articles, the lists and the archive, as readers see them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from news.models import Article
from tests.factories import (
    FAR_OFF,
    HIDDEN,
    LONG_AGO,
    ArticleFactory,
    ExchangeFactory,
    FocusAreaFactory,
    NetworkFactory,
    ProjectFactory,
    TownFactory,
)

pytestmark = pytest.mark.django_db


def html(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


def opportunity(closes: int, **values: Any) -> Any:
    """One that closes so many days from today."""
    return ArticleFactory(kind="opportunity", closes_on=timezone.localdate() + timedelta(days=closes), **values)


def test_each_kind_shows_its_own_fields(client: Client, fronts: Any) -> None:
    values: dict[str, Any] = {
        "starts_at": datetime(2150, 7, 1, 16, tzinfo=UTC),
        "ends_at": datetime(2150, 7, 1, 18, tzinfo=UTC),
        "place_sv": "Stadshuset",
        "audience_sv": "Alla skolor",
        "opens_on": date(2020, 1, 2),
        "closes_on": date(2150, 2, 3),
        "amount_sv": "20 000 kr",
        "link": "https://example.org/x",
    }
    pages = {kind: html(client, ArticleFactory(kind=kind, **values).get_absolute_url()) for kind in ("story", "event")}
    pages["opportunity"] = html(client, ArticleFactory(kind="opportunity", **values).get_absolute_url())
    for kind, texts in {
        "story": ["Berättelse"],
        "event": ["Händelse", "1 juli 2150, 18:00</time>–<time", "Stadshuset"],
        "opportunity": ["Möjlighet", "Alla skolor", "2 januari 2020", "3 februari 2150", "20 000 kr"],
    }.items():
        assert 'href="https://example.org/x"' in pages[kind]
        assert {other for other, page in pages.items() for text in texts if text in page} == {kind}


def test_a_closed_opportunity_says_so(client: Client, fronts: Any) -> None:
    open_one, closed = opportunity(1), opportunity(-1)
    assert "Ansökan är stängd" not in html(client, open_one.get_absolute_url())
    assert "Ansökan är stängd" in html(client, closed.get_absolute_url())
    listed = html(client, "/aktuellt/")
    assert open_one.title_sv in listed
    assert closed.title_sv not in listed


def test_what_can_be_applied_for_is_on_take_part(client: Client, fronts: Any) -> None:
    assert "Möjligheter att söka" not in html(client, "/vill-du-delta/")
    later, soon, closed = opportunity(9), opportunity(1), opportunity(-1)
    story = ArticleFactory()
    main = html(client, "/vill-du-delta/").split("<main")[1]
    assert main.index("Möjligheter att söka") < main.index(soon.title_sv) < main.index(later.title_sv)
    assert closed.title_sv not in main
    assert story.title_sv not in main


def test_an_application_is_linked_once_it_opens(client: Client, fronts: Any) -> None:
    link = "https://example.org/ansok"
    later = opportunity(9, opens_on=timezone.localdate() + timedelta(days=2), link=link)
    now = opportunity(9, opens_on=timezone.localdate() - timedelta(days=2), link=link)
    assert link not in html(client, later.get_absolute_url())
    assert link in html(client, now.get_absolute_url())
    assert html(client, "/aktuellt/").count("öppnar ") == 1


def test_only_public_pages_are_linked_to(client: Client, fronts: Any) -> None:
    towns = [TownFactory(name_sv="Hemlig", **hidden) for hidden in HIDDEN]
    article = ArticleFactory(
        about={
            "towns": [*towns, TownFactory(name_sv="Öppen"), TownFactory(name_sv="Hemma", home=True)],
            "networks": [NetworkFactory()],
        }
    )
    page = html(client, article.get_absolute_url())
    assert "Öppen" in page
    assert 'href="/natverk/natverk-' in page
    assert "Hemlig" not in page
    assert "Hemma" not in page  # the home town has no page


def test_the_archive_holds_each_year(client: Client, fronts: Any) -> None:
    new_year = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Sweden
    old, new = ArticleFactory(), ArticleFactory(published_at=new_year)
    closed = opportunity(-1)
    assert [text in html(client, "/aktuellt/2020/") for text in (old.title, new.title, closed.title)] == [
        True,
        False,
        True,
    ]
    assert new.title in html(client, "/en/news/2025/")
    assert 'href="/aktuellt/2025/"' in html(client, "/aktuellt/")
    for year in ("2024", "2026", "0", "02025", "99999999999"):
        assert client.get(f"/aktuellt/{year}/").status_code == 404


def test_nothing_hidden_is_listed(client: Client, fronts: Any) -> None:
    for hidden in HIDDEN:
        assert client.get(ArticleFactory(title_sv="Hemlig", **hidden).get_absolute_url()).status_code == 404
    page = html(client, "/aktuellt/")
    assert "Hemlig" not in page
    assert "Det finns inget aktuellt just nu." in page
    assert 'href="/aktuellt/2' not in page


def test_the_footer_leads_to_news_once_there_are_any(client: Client, fronts: Any) -> None:
    link = '<li><a href="/aktuellt/">'
    assert link not in html(client, "/kontakt/")
    ArticleFactory(published_at=FAR_OFF)
    assert link not in html(client, "/kontakt/")
    ArticleFactory()
    assert link in html(client, "/kontakt/")


def test_the_start_page_shows_the_three_latest(client: Client, fronts: Any) -> None:
    assert 'id="aktuellt"' not in html(client, "/")
    shown = [ArticleFactory(published_at=LONG_AGO + timedelta(days=day)).title_sv for day in (1, 2, 3, 4)]
    opportunity(-1)
    page = html(client, "/")
    section = page[page.index('<section id="aktuellt"') :].partition("</section>")[0]
    assert re.findall(r'card-title"><a href="[^"]+">(.+?)</a>', section) == shown[:0:-1]


def test_it_is_shown_where_it_is_tied(client: Client, fronts: Any) -> None:
    town, network, area = TownFactory(), NetworkFactory(), FocusAreaFactory()
    other = [TownFactory(), NetworkFactory(), FocusAreaFactory()]
    direct = ArticleFactory(about={"towns": [town], "networks": [network], "focus_areas": [area]})
    through = ArticleFactory(
        about={"exchanges": [ExchangeFactory(towns=[town])], "projects": [ProjectFactory(network=network)]}
    )
    closed = opportunity(-1, about={"towns": [town]})
    for page, shown in ((town, [direct, through]), (network, [direct, through]), (area, [direct])):
        text = html(client, page.get_absolute_url())
        assert [article for article in (direct, through, closed) if article.title_sv in text] == shown
    for page in other:
        response = client.get(page.get_absolute_url(), follow=True)  # the area is a section of the list
        assert 'id="aktuellt"' not in response.content.decode()
    assert through.subjects == [town, network]


def test_an_article_dates_the_page_it_is_shown_on(client: Client, fronts: Any) -> None:
    town = TownFactory(updated_at=LONG_AGO)
    article = ArticleFactory(about={"towns": [town]})
    Article.objects.update(updated_at=datetime(2149, 5, 6, tzinfo=UTC))
    assert "6 maj 2149" in html(client, town.get_absolute_url()).partition('class="updated"')[2]
    Article.objects.filter(pk=article.pk).update(published_at=None)
    assert "6 maj 2149" not in html(client, town.get_absolute_url())


def test_what_lacks_a_translation_is_marked_as_swedish(client: Client, fronts: Any) -> None:
    values: dict[str, Any] = {"kind": "event", "starts_at": FAR_OFF, "title_en": "Camp", "place_sv": "Stadshuset"}
    ArticleFactory(slug="lager", summary_sv="Kom med!", **values)
    page = html(client, "/en/news/camp/")
    assert "<h1>Camp</h1>" in page
    for text in ("Kom med!", "Stadshuset"):
        assert f'<span lang="sv" data-untranslated>{text}</span>' in page
    assert '<span lang="sv" data-untranslated>Kom med!</span>' in html(client, "/en/news/")
