"""Events as calendar files, read back with the library that calendars use."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar

from news.models import Article
from tests.factories import HIDDEN, ArticleFactory

pytestmark = pytest.mark.django_db
SIX, EIGHT = datetime(2030, 7, 1, 16, tzinfo=UTC), datetime(2030, 7, 1, 18, tzinfo=UTC)


def event(**values: Any) -> Article:
    values = {"kind": "event", "starts_at": SIX, "ends_at": EIGHT, "place_sv": "Stadshuset", **values}
    return ArticleFactory(title_sv="Läger; nu, här\\", title_en="Camp", **values)


def entries(client: Client, path: str) -> list[Any]:
    response = client.get(path)
    assert client.get(path).content == response.content  # the same bytes, so that a conditional request gets 304
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in response.content.splitlines())
    calendar = Calendar.from_ical(response.content)
    assert not calendar.errors
    assert calendar["version"] == "2.0"
    return list(calendar.events)


def test_an_event_says_when_and_where(client: Client) -> None:
    found = event(summary_sv="Rad ett\nrad två")
    (entry,) = entries(client, f"{found.get_absolute_url()}event.ics")
    assert str(entry["summary"]) == "Läger; nu, här\\"
    assert str(entry["description"]) == "Rad ett\nrad två"
    assert str(entry["location"]) == "Stadshuset"
    assert entry["url"].endswith(found.get_absolute_url())
    assert (entry.start, entry.end) == (SIX, EIGHT)
    # In UTC, so that every reader's calendar knows when.
    assert entry.start.astimezone(ZoneInfo("America/New_York")).hour == 12
    assert found.updated_at.replace(microsecond=0) == entry.DTSTAMP


def test_any_text_makes_a_valid_file(client: Client) -> None:
    found = event(ends_at=SIX)
    Article.objects.update(title_sv="Läger,\r\nATTENDEE:x\ry\x07;")
    (entry,) = entries(client, f"{found.get_absolute_url()}event.ics")
    assert "attendee" not in entry
    assert "dtend" not in entry  # it must be later than the start


def test_an_event_keeps_its_identity(client: Client) -> None:
    found = event()
    (before,) = entries(client, f"{found.get_absolute_url()}event.ics")
    found.slug, found.ends_at = "ny-adress", None
    found.save()
    (after,) = entries(client, "/en/news/ny-adress/event.ics")
    assert after["uid"] == before["uid"] == f"news.article:{found.pk}@molndal.se"
    assert "dtend" not in after
    assert str(after["summary"]) == "Camp"


def test_the_calendar_holds_every_public_event(client: Client) -> None:
    assert client.get("/aktuellt/calendar.ics").status_code == 404  # a calendar without an event is not valid
    shown = {event().key, event(ends_at=None).key}
    story = ArticleFactory()
    for hidden in HIDDEN:
        event(**hidden)
    assert {entry["uid"].split("@")[0] for entry in entries(client, "/aktuellt/calendar.ics")} == shown
    assert client.get(f"{story.get_absolute_url()}event.ics").status_code == 404
