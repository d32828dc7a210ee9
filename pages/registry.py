"""The registry of content: every model with pages of its own, listed once.

Whatever spans all content reads this list: search, sitemap, feed, share pictures, open data. A new kind of content
costs one line here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, Model, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accessibility.models import Statement
from contacts.models import Contact, take_over_due
from editing.forms import is_key
from editing.models import Schedule
from editing.waiting import publish_due
from networks.models import FocusArea, Network, Project
from news.models import Article
from pages.models import Page
from publishing.models import PublishableQuerySet
from twinning.models import Exchange, Partnership, Town

# Parts of a page, each with the fields that are shown of it.
Parts = Iterator[tuple[Model, tuple[str, ...]]]


def parts_of_page(page: Page) -> Parts:
    if page.section == Page.Section.CONTACT:
        yield from ((contact, ("name", "role", "unit", "phone", "email", "hours")) for contact in Contact.objects.all())
    if page.section == Page.Section.TAKE_PART:
        yield from ((exchange, ("name", "summary", *Exchange.TERMS)) for exchange in Exchange.objects.all())


def parts_of_network(network: Network) -> Parts:
    yield from ((fact, ("label", "value", "source")) for fact in network.facts.all())
    yield from ((project, ("name", "summary")) for project in network.projects.all())
    yield from ((area, ("name",)) for area in network.areas)


def parts_of_town(town: Town) -> Parts:
    yield town, ("country",)
    yield from ((exchange, ("name", "summary")) for exchange in town.exchanges.all())
    agreements = Partnership.objects.shown().begun().of(town)
    yield from ((agreement, ("kind", "decision", "source", "note")) for agreement in agreements)


def parts_of_area(area: FocusArea) -> Parts:
    exchanges = area.exchanges.all()  # type: ignore[attr-defined]
    yield from ((activity, ("name", "summary")) for activity in (*area.public_projects, *exchanges))


def parts_of_article(article: Article) -> Parts:
    fields: dict[str, tuple[str, ...]] = {"event": ("place",), "opportunity": ("audience", "amount")}
    yield article, fields.get(article.kind, ())


def parts_of_project(project: Project) -> Parts:
    yield project.network, ("name",)


def parts_of_exchange(exchange: Exchange) -> Parts:
    yield exchange, Exchange.TERMS
    yield from ((town, ("name",)) for town in exchange.public_towns)


def parts_of_statement(statement: Statement) -> Parts:
    yield from ((shortcoming, ("what", "remedy")) for shortcoming in statement.shortcomings.all())


@dataclass(frozen=True)
class Kind:
    """A kind of content, in the plural and as one, and the names of its translated fields.

    `summary` is what lists show below the heading.
    """

    model: type[Any]
    name: str | Promise
    one: str | Promise
    summary: str
    texts: tuple[str, ...] = ()
    # What has no page of its own, though it is public: the home town.
    without_page: Q | None = None
    # A field with names that find it and are not shown.
    other_names: str = ""
    # What else is shown on its page, and what to prefetch for that.
    parts: Callable[[Any], Parts] = lambda _item: iter(())
    related: tuple[str, ...] = ()
    # At which times it changes by itself.
    times: tuple[str, ...] = ("published_at", "unpublished_at")

    def published(self) -> PublishableQuerySet[Any]:
        """What readers may see now and has a page of its own."""
        found: PublishableQuerySet[Any] = self.model._default_manager.published()
        return found.exclude(self.without_page) if self.without_page else found


REGISTRY = (
    Kind(Page, _("Pages"), _("Page"), "summary", ("intro", "body"), parts=parts_of_page),
    Kind(
        Network,
        _("Networks"),
        _("Networks"),
        "summary",
        ("full_name", "body", "focus_intro", "participation"),
        parts=parts_of_network,
        related=("facts", "focus_areas", "projects__focus_areas"),
    ),
    Kind(
        Town,
        _("Towns"),
        _("Town"),
        "introduction",
        ("short_name", "body", "association_name"),
        without_page=Q(home=True),
        other_names="other_names",
        parts=parts_of_town,
        related=("exchanges",),
    ),
    Kind(
        FocusArea,
        _("Focus areas"),
        _("Focus area"),
        "summary",
        ("body",),
        parts=parts_of_area,
        related=("projects__network", "exchanges"),
    ),
    Kind(
        Article,
        _("News"),
        _("News"),
        "summary",
        ("body",),
        parts=parts_of_article,
        times=("published_at", "unpublished_at", "ends_at"),
    ),
    Kind(
        Statement,
        _("Accessibility"),
        _("Accessibility"),
        "summary",
        ("method_text", "alternative"),
        parts=parts_of_statement,
        related=("shortcomings",),
    ),
)
# Also what has a page while it has a text; it is not published by itself.
PAGES = (
    *REGISTRY,
    Kind(
        Project,
        _("Projects"),
        pgettext_lazy("a search result", "Project"),
        "summary",
        ("body",),
        parts=parts_of_project,
    ),
    Kind(Exchange, _("Exchanges"), _("Exchange"), "summary", ("body",), parts=parts_of_exchange, related=("towns",)),
)


def keys_of(kind: Kind, keys: Iterable[str]) -> list[str]:
    """The primary keys of those of these pages that are of a kind. A key may come from an address."""
    pairs = (key.partition(":")[::2] for key in keys)
    return [pk for label, pk in pairs if label == kind.model._meta.label_lower and is_key(pk)]


def changed_at(item: Any) -> datetime:
    """The last change or, if later, the time of publishing."""
    assert item.published_at is not None  # it is public
    return max(item.updated_at, item.published_at)


def all_published() -> Iterator[tuple[Kind, Any]]:
    """Every public page about a piece of content, kind by kind in the order of lists. One query for each kind."""
    for kind in PAGES:
        for item in kind.published():
            yield kind, item


def next_boundary(now: datetime) -> datetime:
    """The next time at which pages change without an edit: that of a draft or a page, an event's end, or midnight.

    Agreements and memberships begin and end with the day, and so do opportunities.
    """
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    moments = [timezone.make_aware(today + timedelta(days=1))]
    for kind in REGISTRY:
        following = {f"next_{name}": Min(name, filter=Q((f"{name}__gt", now))) for name in kind.times}
        moments += filter(None, kind.model._base_manager.aggregate(**following).values())
    drafts = Schedule.objects.filter(publish_at__gt=now, refusal="")
    return min([*moments, *drafts.order_by("publish_at").values_list("publish_at", flat=True)[:1]])


def publish_and_look_ahead(now: datetime) -> datetime:
    """Publish due drafts and replace due contacts. Returns the next boundary."""
    publish_due(now)
    take_over_due()
    return next_boundary(now)
