from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Network, Project
from pagecache.decorators import public
from publishing.models import in_list_order, is_public
from publishing.paging import Paging
from publishing.slugs import moved
from publishing.views import render_page


@public
def network(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """One network: what it is, what it works on, what the city did in it, and its dated facts."""
    network = get_object_or_404(Network.objects.published().with_areas(), slug=slug)
    paging = Paging(request)
    facts, projects = list(network.facts.all()), paging.cut(network.projects.select_related("network"))
    return render_page(
        request,
        "networks/network_detail.html",
        network,
        shown=[*network.areas, *facts, *projects],
        crumbs=[(_("Networks"), reverse("networks"))],
        network=network,
        facts=facts,
        projects=projects,
        paging=paging,
    )


@public
def project(request: HttpRequest, slug: str, pk: int, name: str) -> HttpResponse:
    """One project. Only the key counts: another name leads to the address of today."""
    projects = Project.objects.filter(is_public("network__")).select_related("network__contact")
    project: Project = get_object_or_404(projects.prefetch_related("focus_areas"), pk=pk)
    if request.path != project.get_absolute_url():
        return moved(project)
    areas = in_list_order(project.focus_areas.all())
    return render_page(
        request,
        "networks/activity_detail.html",
        project,
        shown=[project.network, *areas],
        crumbs=[(_("Networks"), reverse("networks")), (project.network.name, project.network.get_absolute_url())],
        contact=project.network.responsible,
        networks=[project.network],
        areas=areas,
    )
