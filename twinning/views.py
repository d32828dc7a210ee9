from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.models import Contact
from publishing.views import render_page
from twinning.models import Partnership, Relation, Town


@require_safe
def town(request: HttpRequest, slug: str) -> HttpResponse:
    """One town: what it is to Mölndal, its agreements now and before, and what people do together."""
    town = get_object_or_404(Town.objects.published().with_relation().filter(home=False), slug=slug)
    agreements = [(partnership.other(town), partnership) for partnership in Partnership.objects.shown().of(town)]
    agreements.sort(key=lambda pair: pair[0].reading_order())
    current = [pair for pair in agreements if pair[1].is_in_force]
    # "So we are connected": the towns through which this one belongs to the wider network.
    partners = Town.objects.published().with_relation().filter(pk__in=[other.pk for other, _partnership in current])
    in_wider = town.relation == Relation.WIDER
    between = partners.filter(relation__in=[Relation.TWIN, Relation.FRIEND]) if in_wider else Town.objects.none()
    exchanges = list(town.exchanges.all())
    return render_page(
        request,
        "twinning/town_detail.html",
        town,
        contact=Contact.objects.responsible_for(town.contact_id),
        shown=[*(item for pair in agreements for item in pair), *exchanges],
        crumbs=[(_("Vänorter"), reverse("twin_towns"))],
        town=town,
        agreements=current,
        between=list(between),
        former_agreements=[pair for pair in agreements if pair[1].is_former],
        exchanges=exchanges,
    )
