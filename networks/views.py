from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from networks.models import Fact, Network, Project, fetch_areas
from pagecache.decorators import public
from publishing.paging import Paging
from publishing.prepared import Given, Prepared
from publishing.views import render_page


def the_network(given: Given) -> QuerySet[Network]:
    return Network.objects.published(given.now).filter(slug=given.slug)


def its_facts(given: Given) -> QuerySet[Fact]:
    return Fact.objects.filter(network=given.key)


def its_projects(given: Given) -> QuerySet[Project]:
    return Project.objects.filter(network=given.key)


@require_safe
@public
def network(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """One network: what it is, what it works on, what Mölndal did in it, and its dated facts."""
    network = Prepared(the_network, slug=slug).one_or_404()
    fetch_areas([network])
    facts = list(Prepared(its_facts, key=network.pk))
    paging = Paging(request)
    projects = paging.cut(Prepared(its_projects, key=network.pk))
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
