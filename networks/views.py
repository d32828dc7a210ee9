from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from networks.models import Network
from pagecache.decorators import public
from publishing.paging import Paging
from publishing.views import render_page


@require_safe
@public
def network(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """One network: what it is, what it works on, what Mölndal did in it, and its dated facts."""
    network = get_object_or_404(Network.objects.published().with_areas(), slug=slug)
    paging = Paging(request)
    facts, projects = list(network.facts.all()), paging.cut(network.projects.all())
    paging.require(projects)
    return render_page(
        request,
        "networks/network_detail.html",
        network,
        shown=[*network.areas, *facts, *projects],
        crumbs=[(_("Nätverk"), reverse("networks"))],
        network=network,
        facts=facts,
        projects=projects,
        paging=paging,
    )
