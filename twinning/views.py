from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache.decorators import public
from publishing.paging import Paging
from publishing.views import render_page
from twinning.models import Partnership, Relation, Town


@require_safe
@public
def town(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """One town: what it is to Mölndal, its agreements now and before, and what people do together."""
    town = get_object_or_404(Town.objects.published().filter(home=False), slug=slug)
    paging = Paging(request)
    agreements = [(found.other(town), found) for found in paging.cut(Partnership.objects.shown().of_any([town]))]
    agreements.sort(key=lambda pair: pair[0].reading_order())
    exchanges = paging.cut(town.exchanges.all())
    paging.require(agreements, exchanges)
    current = [pair for pair in agreements if pair[1].is_in_force]
    # Agreements with Mölndal come first, so the first part knows; the others repeat nothing.
    relation = town.relation_by(agreement for _other, agreement in agreements)
    between: list[Town] = []
    if relation == Relation.NONE and paging.number == 1:
        # "So we are connected": the towns through which this one belongs to the wider network.
        between = list(Town.objects.between_us().filter(pk__in=[other.pk for other, _agreement in current]))
        relation = Relation.WIDER if between else Relation.NONE
    return render_page(
        request,
        "twinning/town_detail.html",
        town,
        shown=[*(item for pair in agreements for item in pair), *exchanges],
        crumbs=[(_("Vänorter"), reverse("twin_towns"))],
        town=town,
        relation=relation,
        agreements=current,
        between=between,
        former_agreements=[pair for pair in agreements if pair[1].is_former],
        exchanges=exchanges,
        paging=paging,
    )
