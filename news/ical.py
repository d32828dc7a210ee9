"""Events as iCalendar files (RFC 5545)."""

from collections.abc import Iterable

from django.conf import settings
from icalendar import Calendar, Event

from news.models import Article
from publishing.city import domain
from publishing.plain import printable
from publishing.templatetags.site import absolute


def entry(article: Article) -> Event:
    """An event in the active language. Its times are in UTC, so that they are right in every reader's time zone."""
    return Event.new(
        uid=f"{article.key}@{domain()}",  # stays whatever address and times it gets
        stamp=article.updated_at,
        last_modified=article.updated_at,
        start=article.starts_at,
        end=article.ends_at if article.ends_at != article.starts_at else None,  # later than the start (3.8.2.2)
        summary=printable(article.heading),
        description=printable(article.summary) or None,
        location=printable(article.place) or None,
        url=absolute(article.get_absolute_url()),
    )


def write_calendar(articles: Iterable[Article], path: str, name: str | None = None) -> bytes:
    """The file of events at a path. Its identity is its address: the library's own would be another each time.

    The library does not escape `name`.
    """
    calendar = Calendar.new(
        name=name,
        uid=absolute(path),
        prodid=f"-//{settings.CITY['languages']['sv']['body']}//internationellt//SV",
        subcomponents=map(entry, articles),
    )
    return bytes(calendar.to_ical())
