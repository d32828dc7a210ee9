from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache.decorators import public
from publishing.paging import Paging
from publishing.prepared import Given, Prepared
from publishing.views import render_page
from twinning.models import Exchange, Partnership, Relation, Town


def the_town(given: Given) -> QuerySet[Town]:
    return Town.objects.published(given.now).filter(home=False, slug=given.slug)


def its_agreements(given: Given) -> QuerySet[Partnership]:
    return Partnership.objects.shown(given.now).of_any([given.key])


def its_exchanges(given: Given) -> QuerySet[Exchange]:
    return Exchange.objects.filter(towns=given.key)


def its_friends_and_ours(given: Given) -> QuerySet[Town]:
    """The towns through which it belongs to the wider network."""
    tied = Partnership.objects.in_force(given.today)
    partners = Q(pk__in=tied.filter(town_a=given.key).values("town_b")) | Q(
        pk__in=tied.filter(town_b=given.key).values("town_a")
    )
    return Town.objects.between_us(given.today, given.now).filter(partners)


@require_safe
@public
def town(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """One town: what it is to Mölndal, its agreements now and before, and what people do together."""
    town = Prepared(the_town, slug=slug).one_or_404()
    paging = Paging(request)
    agreements = [(found.other(town), found) for found in paging.cut(Prepared(its_agreements, key=town.pk))]
    agreements.sort(key=lambda pair: pair[0].reading_order())
    exchanges = paging.cut(Prepared(its_exchanges, key=town.pk))
    paging.require(agreements, exchanges)
    # Agreements with Mölndal come first, so the first part knows; the others repeat nothing.
    relation = town.relation_by(agreement for _other, agreement in agreements)
    between: list[Town] = []
    if relation == Relation.NONE and paging.number == 1:
        # "So we are connected": the towns through which this one belongs to the wider network.
        between = list(Prepared(its_friends_and_ours, key=town.pk))
        relation = Relation.WIDER if between else Relation.NONE
    return render_page(
        request,
        "twinning/town_detail.html",
        town,
        shown=[*(item for pair in agreements for item in pair), *exchanges],
        crumbs=[(_("Vänorter"), reverse("twin_towns"))],
        town=town,
        relation=relation,
        agreements=[pair for pair in agreements if pair[1].is_in_force],
        between=between,
        former_agreements=[pair for pair in agreements if pair[1].is_former],
        exchanges=exchanges,
        paging=paging,
    )
