"""Atom feed of the pages that changed last (RFC 4287)."""

from typing import Any

from django.conf import settings
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from editing.models import ChangeNote
from pagecache.decorators import public
from pages.registry import PAGES, changed_at
from publishing.city import names
from publishing.plain import printable
from publishing.templatetags.site import absolute, in_language
from publishing.views import answer_file

NEWEST = 30


class ContentFeed(Atom1Feed):
    """Atom that marks entries in Swedish whose translation is missing with xml:lang."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["standing_in"]} if item["standing_in"] else {}


@public
def feed(request: HttpRequest) -> HttpResponse:
    """The public pages that changed last, newest first, in the language of the address."""
    newest = Greatest("updated_at", "published_at").desc()
    pages = [(changed_at(item), kind, item) for kind in PAGES for item in kind.published().order_by(newest)[:NEWEST]]
    pages.sort(key=lambda page: (page[0], page[2].key), reverse=True)
    city = names()
    found = ContentFeed(
        title=city["site"],
        link=absolute(reverse("start")),
        description=_("The latest changes to the website."),
        language=get_language(),
        feed_url=absolute(request.path),
        author_name=city["body"],
    )
    keys = [item.key for _changed, _kind, item in pages[:NEWEST]]
    notes = {note.page: note.text for note in ChangeNote.objects.filter(page__in=keys).order_by("updated_at", "pk")}
    for changed, kind, item in pages[:NEWEST]:
        summary, standing_in = in_language(item, kind.summary)
        if get_language() == settings.LANGUAGE_CODE and item.key in notes:
            summary = f"Nytt: {notes[item.key]} {summary}"
        found.add_item(
            title=printable(item.heading),
            link=absolute(item.get_absolute_url()),
            description=escape(printable(summary)),  # Atom1Feed calls it HTML
            # Stays the same when the address of the page or the site changes (RFC 4151).
            unique_id=f"tag:{city['domain']},2026:internationellt/{item.key}/{get_language()}",
            updateddate=changed,
            standing_in=standing_in,
        )
    return answer_file(request, found.writeString("utf-8"), "application/atom+xml; charset=utf-8")
