from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from news.models import Article
from pagecache.decorators import public
from publishing.city import domain, names
from publishing.plain import printable
from publishing.slugs import find_page, moved
from publishing.templatetags.site import absolute
from publishing.views import answer_file, render_page

CALENDAR = "text/calendar; charset=utf-8"


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
    response = answer_file(request, write_calendar([event], request.path), CALENDAR, event.updated_at)
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response


@public
def calendar(request: HttpRequest) -> HttpResponse:
    """Every event, for calendars that follow it. Not found where there is none: an empty file is not valid."""
    events = list(Article.objects.published().events())
    if not events:
        raise Http404
    file = write_calendar(events, request.path, names()["site"])
    return answer_file(request, file, CALENDAR)
