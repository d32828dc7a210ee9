from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from news.models import Article
from pagecache.decorators import public
from publishing.city import domain, names
from publishing.content_lines import escaped, write_lines
from publishing.slugs import find_page, moved
from publishing.templatetags.site import absolute
from publishing.views import answer_file, render_page

CALENDAR = "text/calendar; charset=utf-8"


def moment(value: datetime) -> str:
    """In UTC, so that it is right in every reader's time zone."""
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def entry(article: Article) -> list[tuple[str, str]]:
    """An event in the active language. What is not known is left out."""
    ends_at = article.ends_at if article.ends_at != article.starts_at else None  # later than the start (3.8.2.2)
    values = [
        ("UID", f"{article.key}@{domain()}"),  # stays whatever address and times it gets
        ("DTSTAMP", moment(article.updated_at)),
        ("LAST-MODIFIED", moment(article.updated_at)),
        ("DTSTART", moment(article.starts_at)),
        ("DTEND", moment(ends_at) if ends_at else ""),
        ("SUMMARY", escaped(article.heading)),
        ("DESCRIPTION", escaped(article.summary)),
        ("LOCATION", escaped(article.place)),
        ("URL", absolute(article.get_absolute_url())),
    ]
    return [("BEGIN", "VEVENT"), *((name, value) for name, value in values if value), ("END", "VEVENT")]


def write_calendar(articles: Iterable[Article], name: str = "") -> bytes:
    """A calendar of events; `name` for calendars that follow it."""
    maker = f"-//{settings.CITY['languages']['sv']['body']}//internationellt//SV"
    named = [("NAME", escaped(name)), ("X-WR-CALNAME", escaped(name))] if name else []
    head = [("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", escaped(maker)), *named]
    return write_lines([*head, *chain.from_iterable(map(entry, articles)), ("END", "VCALENDAR")])


@public
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One story, event or opportunity, with links to what it is about."""
    article = find_page(Article.objects.published(), slug)
    if article.slug != slug:
        return moved(article)
    subjects = article.subjects
    return render_page(
        request,
        "news/article_detail.html",
        article,
        shown=subjects,
        crumbs=[(_("News"), reverse("news"))],
        article=article,
        subjects=subjects,
    )


@public
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event to save in one's calendar."""
    event = find_page(Article.objects.published().events(), slug)
    response = answer_file(request, write_calendar([event]), CALENDAR, event.updated_at)
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response


@public
def calendar(request: HttpRequest) -> HttpResponse:
    """Every event, for calendars that follow it. Not found where there is none: an empty file is not valid."""
    events = list(Article.objects.published().events())
    if not events:
        raise Http404
    file = write_calendar(events, names()["site"])
    return answer_file(request, file, CALENDAR)
