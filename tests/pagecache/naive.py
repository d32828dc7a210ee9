"""The same pages made as a first draft would: each relation is asked for where it is needed (`make bench`).

The frame and the counts of a page stay as they are, so the comparison is rather too kind to this than to the site.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from networks.models import FocusArea, Network
from publishing.prepared import Prepared
from twinning.models import BETWEEN, Exchange, ExchangeQuerySet, Partnership, Relation, Town, TownQuerySet

WITH_AREAS = ("pages.views", "opendata.files", "networks.views")


class Link(NamedTuple):
    """Says that a network works on an area."""

    focusarea_id: int
    network: Network


def agreements_of(town: Town) -> list[Partnership]:
    return list(Partnership.objects.filter(Q(town_a=town) | Q(town_b=town)))


def relation(town: Town) -> Relation:
    """What a town is to Mölndal, from its own agreements and then from those of its partners."""
    if town.home:
        return Relation.HOME
    agreements = agreements_of(town)
    found = town.relation_by(agreements)
    if found == Relation.NONE:
        others = [agreement.other(town) for agreement in agreements if agreement.is_in_force]
        if any(other.is_published and other.relation_by(agreements_of(other)) in BETWEEN for other in others):
            return Relation.WIDER
    return found


def asked_anew(prepared: "Prepared[Any]", part: slice) -> list[Any]:
    """With its SQL written for this page alone."""
    return list(prepared.rule(prepared.given, *prepared.constants)[part])


def first_networks(given: Any, start: int, stop: int, source: int) -> list[Any]:
    """Each area asked for its networks, all of them from one source."""
    areas = FocusArea.objects.published()[start:stop]
    found = [(area.pk, network) for area in areas for network in Network.objects.published().working_on(area.pk)[:7]]
    return [] if source else [Link(*pair) for pair in found]


def areas(network: Network) -> list[FocusArea]:
    keys = {area.pk for part in (network, *network.projects.all()) for area in part.focus_areas.all()}
    return list(FocusArea.objects.published().filter(pk__in=keys))


def nearest_first(towns: TownQuerySet, given: Any) -> list[Town]:
    near = [town for town in towns if town.relation != Relation.NONE]  # type: ignore[attr-defined]
    order = list(Relation)
    return sorted(near, key=lambda town: (order.index(town.relation), town.position, town.sort_key))  # type: ignore[attr-defined]


def same(items: Any, *names: Any) -> Any:
    return items


@contextmanager
def naively() -> Iterator[None]:
    """Within this, pages are made so."""
    remembered = cached_property(relation)
    remembered.__set_name__(Town, "relation")
    instead: list[tuple[Any, str, Any]] = [
        (QuerySet, "select_related", same),
        (QuerySet, "prefetch_related", same),
        (Town, "relation", remembered),
        (TownQuerySet, "with_relation", same),
        (TownQuerySet, "nearest_first", nearest_first),
        (Prepared, "__getitem__", asked_anew),
        (Network, "areas", property(areas)),
        (ExchangeQuerySet, "with_towns", same),
        (Exchange, "public_towns", property(lambda exchange: list(exchange.towns.published()))),
    ]
    with ExitStack() as stack:
        for owner, name, value in instead:
            stack.enter_context(patch.object(owner, name, value, create=True))
        stack.enter_context(patch("pages.views.tell_relations", same))
        for room in WITH_AREAS:
            stack.enter_context(patch(f"{room}.fetch_areas", same))
        stack.enter_context(patch("pages.views.first_networks", first_networks))
        yield
