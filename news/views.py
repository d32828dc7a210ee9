from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from news.ical import write_calendar
from news.models import Article
from pagecache.decorators import public
from publishing.city import names
from publishing.slugs import find_page, moved
from publishing.views import answer_file, render_page

CALENDAR = "text/calendar; charset=utf-8"


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
