"""Every kind of content that has pages of its own, listed once.

Whatever spans all content reads this list: search, sitemap, feed, share pictures, open data. A new kind of content
costs one line here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accessibility.models import Statement
from networks.models import FocusArea, Network
from pages.models import Page
from publishing.models import Publishable, PublishableQuerySet
from twinning.models import Town


@dataclass(frozen=True)
class Kind:
    """A kind of content, by the names of its translated fields. `summary` is what lists show below the heading."""

    model: type[Publishable]
    name: str | Promise
    summary: str
    texts: tuple[str, ...] = ()
    # What has no page of its own, though it is public: the home town.
    without_page: Q | None = None
    # A field with names that find it and are not shown.
    other_names: str = ""
    # What else its page says: a choice's field, or "relation.field" for translated fields of its parts.
    more: tuple[str, ...] = ()

    def published(self) -> PublishableQuerySet[Any]:
        """What readers may see now and has a page of its own."""
        found: PublishableQuerySet[Any] = self.model._default_manager.published()  # type: ignore[attr-defined]
        return found.exclude(self.without_page) if self.without_page else found

    @property
    def relations(self) -> list[str]:
        """The relations to the parts that its page shows."""
        return list(dict.fromkeys(path.split(".")[0] for path in self.more if "." in path))


CATALOGUE = (
    Kind(Page, _("Sidor"), "summary", ("intro", "body")),
    Kind(
        Network,
        _("Nätverk"),
        "summary",
        ("full_name", "body", "focus_intro", "participation"),
        more=(
            *("facts.label", "facts.value", "facts.source"),
            *("projects.name", "projects.summary", "focus_areas.name"),
        ),
    ),
    Kind(
        Town,
        _("Städer"),
        "introduction",
        ("short_name", "body", "association_name"),
        without_page=Q(home=True),
        other_names="other_names",
        more=("country", "exchanges.name", "exchanges.summary"),
    ),
    Kind(FocusArea, _("Fokusområden"), "summary", ("body",)),
    Kind(
        Statement,
        _("Tillgänglighet"),
        "summary",
        ("method_text", "alternative"),
        more=("shortcomings.what", "shortcomings.remedy"),
    ),
)


def kind_of(model: type[Publishable]) -> Kind:
    """The entry of a model. Raises StopIteration for one that is not listed, which a test excludes."""
    return next(kind for kind in CATALOGUE if kind.model is model)


def changed_at(item: Publishable) -> datetime:
    """When readers last met something new: a change, or the publishing of a page that was written before."""
    assert item.published_at is not None  # it is public
    return max(item.updated_at, item.published_at)


def all_published() -> Iterator[tuple[Kind, Any]]:
    """Every public page about a piece of content, kind by kind in the order of lists. One query for each kind."""
    for kind in CATALOGUE:
        for item in kind.published():
            yield kind, item


def next_boundary(now: datetime) -> datetime:
    """When pages next change by themselves: something is published or unpublished, or a new day begins in Sweden.

    Agreements and memberships begin and end with the day.
    """
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    moments = [timezone.make_aware(today + timedelta(days=1))]
    for kind in CATALOGUE:
        published = Min("published_at", filter=Q(published_at__gt=now))
        unpublished = Min("unpublished_at", filter=Q(unpublished_at__gt=now))
        moments += filter(None, kind.model._base_manager.aggregate(on=published, off=unpublished).values())
    return min(moments)
