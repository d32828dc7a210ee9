"""The pages that span all content: the start page, the front of each section, texts, and errors."""

from datetime import date

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.models import Contact
from networks.models import FocusArea, Network, Project
from pages.models import Page
from publishing.views import render_page
from twinning.map import ON_MAP, draw_map
from twinning.models import Exchange, Partnership, Relation, Town

Section = Page.Section


def front(section: str) -> Page:
    """The public front page of a section, or a 404."""
    return get_object_or_404(Page.objects.published(), section=section)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Everything in one: both sections' introductions, the networks, the twin towns and whom to contact."""
    sections = {section.section: section for section in Page.objects.published().exclude(section="")}
    if Section.START not in sections:
        raise Http404
    page = sections[Section.START]
    networks = [network for network in Network.objects.published().with_parts() if not network.is_former]
    towns = list(Town.objects.published().with_relation())
    return render_page(
        request,
        "pages/start.html",
        page,
        contact=Contact.objects.responsible_for(page.contact_id),
        shown=[
            *sections.values(),
            *networks,
            *(part for network in networks for part in network.parts()),
            *towns,
            *Partnership.objects.shown(),
        ],
        home=next((town for town in towns if town.home), None),
        sections=sections,
        networks=networks,
        twins=[town for town in towns if town.relation == Relation.TWIN],
        wider=[town for town in towns if town.relation == Relation.WIDER],
    )


@require_safe
def networks(request: HttpRequest) -> HttpResponse:
    """The networks Mölndal is a member of, and those it has left."""
    page = front(Section.NETWORKS)
    networks = list(Network.objects.published().with_parts())
    return render_page(
        request,
        "networks/network_list.html",
        page,
        contact=Contact.objects.responsible_for(page.contact_id),
        shown=networks,
        current=[network for network in networks if not network.is_former],
        former=[network for network in networks if network.is_former],
    )


@require_safe
def twin_towns(request: HttpRequest) -> HttpResponse:
    """Every town by what it is to Mölndal, with the years of its agreement, and how the towns are tied."""
    page = front(Section.TWIN_TOWNS)
    towns = list(Town.objects.published().with_relation())
    partnerships = list(Partnership.objects.shown())
    ordered = sorted(partnerships, key=Partnership.reading_order)
    # A town may have had several agreements with Mölndal: the one in force counts, else the latest.
    by_weight = sorted(partnerships, key=lambda p: (p.is_in_force, p.until or date.max))
    with_home = {p.other(town).pk: p for p in by_weight for town in (p.town_a, p.town_b) if town.home}
    groups = {
        relation: [(town, with_home.get(town.pk)) for town in towns if town.relation == relation]
        for relation in Relation.values
    }
    return render_page(
        request,
        "twinning/town_list.html",
        page,
        contact=Contact.objects.responsible_for(page.contact_id),
        shown=[*towns, *partnerships],
        groups=groups,
        home=next((town for town in towns if town.home), None),
        twins=[town for town, _partnership in groups[Relation.TWIN]],
        wider=[town for town, _partnership in groups[Relation.WIDER]],
        agreements=[(*p.towns(), p) for p in ordered if p.is_in_force],
        former_agreements=[(*p.towns(), p) for p in ordered if p.is_former],
        map=draw_map(towns, ordered),
        legend=[(relation, relation.label) for relation in Relation if groups[relation] and relation in ON_MAP],
        ties=[(kind, kind.label) for kind in Partnership.Kind if any(p.kind == kind for p in ordered if p.is_in_force)],
    )


@require_safe
def focus_areas(request: HttpRequest) -> HttpResponse:
    """What the networks and the towns work on."""
    page = front(Section.FOCUS_AREAS)
    published = Prefetch("networks", queryset=Network.objects.published())
    areas = list(FocusArea.objects.published().prefetch_related(published))
    return render_page(
        request,
        "networks/focusarea_list.html",
        page,
        contact=Contact.objects.responsible_for(page.contact_id),
        shown=areas,
        areas=areas,
    )


@require_safe
def focus_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Who works on an area, and where: networks, projects and exchanges."""
    area = get_object_or_404(FocusArea.objects.published(), slug=slug)
    public = Network.objects.published()
    networks = list(public.filter(focus_areas=area))
    projects = list(Project.objects.filter(focus_areas=area, network__in=public).select_related("network"))
    towns = Prefetch("towns", queryset=Town.objects.published())
    exchanges = list(Exchange.objects.filter(focus_areas=area).prefetch_related(towns))
    return render_page(
        request,
        "networks/focusarea_detail.html",
        area,
        contact=Contact.objects.responsible_for(area.contact_id),
        shown=[*networks, *projects, *exchanges, *(town for exchange in exchanges for town in exchange.towns.all())],
        crumbs=[(_("Fokusområden"), reverse("focus_areas"))],
        area=area,
        networks=[network for network in networks if not network.is_former],
        former_networks=[network for network in networks if network.is_former],
        projects=projects,
        exchanges=exchanges,
    )


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to write to and call."""
    page = front(Section.CONTACT)
    contacts = list(Contact.objects.all())
    return render_page(request, "contacts/contact_list.html", page, contact=None, shown=contacts, contacts=contacts)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A text with an address of its own."""
    page = get_object_or_404(Page.objects.published(), slug=slug, section="")
    return render_page(
        request, "pages/page_detail.html", page, contact=Contact.objects.responsible_for(page.contact_id)
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, which may be what has failed."""
    return render(request, "500.html", status=500)
