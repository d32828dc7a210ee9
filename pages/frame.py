"""What stands around every page about content: whom to ask, and the texts that the footer lists. One query."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from contacts.models import Answerable, Contact
from pages.models import Page
from publishing.models import Publishable
from publishing.prepared import Given, Prepared
from publishing.records import record, revive

IN_FOOTER = {"", Page.Section.OPEN_DATA}


def footer_texts(now: datetime | None = None) -> QuerySet[Page]:
    """The public texts with addresses of their own, and the page about open data."""
    return Page.objects.published(now).filter(section__in=IN_FOOTER)


def contact_or_main(contact_id: Any) -> Subquery:
    """The contact with that key, else the main one."""
    asked = Contact.objects.filter(Q(pk=contact_id) | Q(is_main=True)).order_by("is_main")
    return Subquery(asked.annotate(found=record(Contact)).values("found")[:1])


def texts_and_fronts(given: Given, sections: tuple[str, ...]) -> QuerySet[Page]:
    """The texts of the footer and the fronts of sections, each with the contact that is `responsible` for it."""
    found = Page.objects.published(given.now).filter(section__in=sorted(IN_FOOTER | {*sections}))
    return found.annotate(responsible=contact_or_main(OuterRef("contact_id")))


def texts_beside(given: Given) -> QuerySet[Page]:
    """The texts of the footer beside other content, with the contact that has the key as the one `responsible`."""
    return footer_texts(given.now).annotate(responsible=contact_or_main(given.key))


def around(texts: list[Page], page: Page | None = None) -> dict[str, Any]:
    """What the frame of a page shows, from texts that were fetched with their contacts."""
    found = next((text.responsible for text in texts if page in {None, text}), None)  # type: ignore[attr-defined]
    return {
        "contact": revive(Contact, found) if found else None,
        "footer_texts": [text for text in texts if text.section in IN_FOOTER],
    }


def frame(page: Publishable) -> dict[str, Any]:
    """The frame of a page about something else than a text (PAGE_FRAME in the settings)."""
    contact_id = page.contact_id if isinstance(page, Answerable) else None
    texts = list(Prepared(texts_beside, key=contact_id))
    # Without a text in the footer none has brought the contact along.
    return around(texts) if texts else {"contact": Contact.objects.responsible_for(contact_id), "footer_texts": []}


def fronts(sections: Iterable[str]) -> tuple[dict[str, Page], dict[str, Any]]:
    """The public front pages of sections, and the frame of the first. Raises Http404 where that is not public."""
    first, *others = sections
    texts = list(Prepared(texts_and_fronts, (first, *others)))
    found = {text.section: text for text in texts if text.section}
    if first not in found:
        raise Http404
    return found, around(texts, found[first])


def text_page(slug: str) -> tuple[Page, dict[str, Any]]:
    """The public text with that address, and its frame. Raises Http404."""
    texts = list(Prepared(texts_and_fronts, ()))
    page = next((text for text in texts if text.slug == slug and not text.section), None)
    if page is None:
        raise Http404
    return page, around(texts, page)
