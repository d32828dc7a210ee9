"""Where articles are found besides their pages: search, feed, sitemap, open data, JSON-LD."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from tests.factories import LONG_AGO, ArticleFactory
from tests.opendata.test_jsonld import read

pytestmark = pytest.mark.django_db
VALUES: dict[str, Any] = {
    "published_at": LONG_AGO,
    "summary_sv": "Kort sagt.",
    "starts_at": datetime(2150, 7, 1, 16, tzinfo=UTC),
    "place_sv": "Stadshuset",
    "audience_sv": "Körer",
    "opens_on": date(2150, 1, 2),
    "closes_on": date(2150, 2, 3),
    "amount_sv": "tusenlappar",
    "link": "https://example.org/x",
}


def test_the_search_finds_what_the_page_shows(client: Client, fronts: Any) -> None:
    story, event = ArticleFactory(**VALUES), ArticleFactory(kind="event", **VALUES)
    opportunity = ArticleFactory(kind="opportunity", body_sv="<p>Paddla</p>", **VALUES)
    for asked, found in (("stadshuset", [event]), ("tusenlapp", [opportunity]), ("paddla", [opportunity])):
        page = client.get("/sok/", {"q": asked}).content.decode()
        assert [item for item in (story, event, opportunity) if f'href="{item.get_absolute_url()}"' in page] == found


def test_open_data_has_the_fields_of_each_kind(client: Client) -> None:
    for kind in ("story", "event", "opportunity"):
        ArticleFactory(kind=kind, **VALUES)
    ArticleFactory(published_at=None)
    records = {record["kind"]: record for record in json.loads(client.get("/data/news.json").content)}
    told = {"starts", "place", "audience", "opens", "closes", "amount"}
    assert {kind: {name for name in told if record[name]} for kind, record in records.items()} == {
        "story": set(),
        "event": {"starts", "place"},
        "opportunity": {"audience", "opens", "closes", "amount"},
    }
    assert records["event"]["starts"] == "2150-07-01T16:00:00Z"
    assert records["opportunity"]["closes"] == "2150-02-03"


def test_each_kind_is_described_to_search_engines(client: Client, fronts: Any) -> None:
    kinds = ("story", "event", "opportunity")
    pages = {kind: read(client, ArticleFactory(kind=kind, **VALUES).get_absolute_url()) for kind in kinds}
    event, story, opportunity = (
        pages["event"]["Event"],
        pages["story"]["NewsArticle"],
        pages["opportunity"]["NewsArticle"],
    )
    assert event["startDate"] == "2150-07-01T16:00:00Z"
    assert event["location"]["name"] == "Stadshuset"
    assert "endDate" not in event
    assert story["datePublished"] == "2020-01-01T00:00:00Z"
    assert "expires" not in story
    assert opportunity["expires"] == "2150-02-03"
    for kind, page in pages.items():
        about = page["Event" if kind == "event" else "NewsArticle"]
        assert page["WebPage"]["about"] == {"@id": about["@id"]}
        assert about["description"] == "Kort sagt."
