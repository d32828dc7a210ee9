from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from pagecache.decorators import public
from publishing.models import in_list_order
from publishing.paging import Paging
from publishing.slugs import moved
from publishing.views import render_page
from twinning.models import Exchange, Partnership, Town, relations_to_home
from twinning.relations import BETWEEN, Relation


@public
def town(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """One town: what it is to the city, its agreements now and before, and what people do together."""
    town = get_object_or_404(Town.objects.published(), home=False, slug=slug)
    paging = Paging(request)
    cut = paging.cut(Partnership.objects.shown().of(town).home_first())
    agreements = sorted(((found.other(town), found) for found in cut), key=lambda pair: pair[0].reading_order())
    exchanges = paging.cut(town.exchanges.all())
    current = [pair for pair in agreements if pair[1].is_in_force]
    former = [pair for pair in agreements if pair[1].is_former]
    relations = relations_to_home()
    relation = relations.get(town.pk, Relation.NONE)
    in_force = Partnership.objects.shown().in_force().of(town) if relation == Relation.WIDER else ()
    between = {found.other(town) for found in in_force if relations.get(found.other(town).pk) in BETWEEN}
    return render_page(
        request,
        "twinning/town_detail.html",
        town,
        shown=[*(item for pair in agreements for item in pair), *exchanges],
        crumbs=[(_("Twin towns"), reverse("twin_towns"))],
        town=town,
        relation=relation,
        ours=next((found for other, found in [*current, *former] if other.home), None),
        agreements=current,
        between=sorted(between, key=Town.reading_order) if paging.number == 1 else [],
        former_agreements=former,
        exchanges=exchanges,
        sources=dict.fromkeys((found.source, found.source_url) for _other, found in agreements if found.source),
        paging=paging,
    )


@public
def exchange(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One exchange. Only the key counts: another name leads to the address of today."""
    exchange: Exchange = get_object_or_404(Exchange.objects.prefetch_related("towns", "focus_areas"), pk=pk)
    if request.path != exchange.get_absolute_url():
        return moved(exchange)
    areas = in_list_order(exchange.focus_areas.all())
    return render_page(
        request,
        "networks/activity_detail.html",
        exchange,
        shown=[*exchange.public_towns, *areas],
        crumbs=[(_("Take part"), reverse("take_part"))],
        towns=exchange.public_towns,
        areas=areas,
    )
