"""Every kind of content that has pages of its own, listed once.

Whatever spans all content reads this list: search, sitemap, feed, share pictures, open data. A new kind of content
costs one line here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, Model, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accessibility.models import Statement
from contacts.models import Contact
from networks.models import FocusArea, Network
from pages.models import Page
from publishing.models import Publishable, PublishableQuerySet
from twinning.models import Exchange, Partnership, Town


@dataclass(frozen=True)
class Listing:
    """Objects that pages list without a relation: the fields shown, those of a page, and the pages of an object.

    An object of any of `models` changes what its pages show.
    """

    models: tuple[type[Model], ...]
    fields: tuple[str, ...]
    shown_on: Callable[[Any], QuerySet[Any]]
    pages: Callable[[Any], Q]


def in_section(section: Page.Section, model: type[Model], *fields: str) -> Listing:
    """All objects of a model, listed on the front page of a section."""

    def shown_on(page: Page) -> QuerySet[Any]:
        return model._base_manager.all() if page.section == section else model._base_manager.none()

    return Listing((model,), fields, shown_on, lambda _instance: Q(section=section))


def agreements(town: Town) -> QuerySet[Partnership]:
    return Partnership.objects.begun().of(town).select_related("town_a", "town_b")


def towns_with_agreement(changed: Partnership | Town) -> Q:
    """The towns whose pages show an agreement, or one with a town. The home town is always public: it hides none."""
    if isinstance(changed, Town):
        agreements = Partnership.objects.none() if changed.home else Partnership.objects.of(changed)
    else:
        agreements = Partnership.objects.filter(pk=changed.pk)
    return Q(pk__in=agreements.values("town_a")) | Q(pk__in=agreements.values("town_b"))


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
    listings: tuple[Listing, ...] = ()

    def published(self) -> PublishableQuerySet[Any]:
        """What readers may see now and has a page of its own."""
        found: PublishableQuerySet[Any] = self.model._default_manager.published()  # type: ignore[attr-defined]
        return found.exclude(self.without_page) if self.without_page else found

    @property
    def relations(self) -> list[str]:
        """The lookups of the parts that its page shows."""
        return list(dict.fromkeys(path.rpartition(".")[0].replace(".", "__") for path in self.more if "." in path))


CATALOGUE = (
    Kind(
        Page,
        _("Sidor"),
        "summary",
        ("intro", "body"),
        listings=(
            in_section(Page.Section.CONTACT, Contact, "name", "role", "unit", "phone", "email"),
            in_section(Page.Section.TAKE_PART, Exchange, "name", "summary", "how_to_join"),
        ),
    ),
    Kind(
        Network,
        _("Nätverk"),
        "summary",
        ("full_name", "body", "focus_intro", "participation"),
        more=(
            *("facts.label", "facts.value", "facts.source"),
            *("projects.name", "projects.summary", "focus_areas.name", "projects.focus_areas.name"),
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
        listings=(
            Listing((Partnership, Town), ("kind", "decision", "source", "note"), agreements, towns_with_agreement),
        ),
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
