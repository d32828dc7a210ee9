"""The start page, the front page of each section, texts, and error pages."""

import sys
from datetime import date
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.models import Contact
from networks.models import FocusArea, Network, Project
from news.models import SHOWN, Article
from pagecache.decorators import public
from pages.areas import CARDS, is_section, redirect_to_section, sections
from pages.models import Page
from pages.redirects import answer_old_address, answer_typed_address
from publishing.city import names
from publishing.models import Content, is_public
from publishing.paging import Paging
from publishing.slugs import find_page, moved
from publishing.views import render_page
from twinning.map import draw_map
from twinning.models import Exchange, Partnership, Town
from twinning.relations import BETWEEN, Relation

Section = Page.Section

# The most that a page shows beside its own lists: networks on the start page, towns on a map, rows of a table.
NETWORKS, TOWNS, AGREEMENTS = 6, 48, 100


def front(section: Page.Section) -> Page:
    """The public front page of a section. Raises Http404."""
    return get_object_or_404(Page.objects.published(), section=section)


@public
def start(request: HttpRequest) -> HttpResponse:
    """Three ways on, what is current, then the networks, the twin towns and the contacts."""
    sections = {section.section: section for section in Page.objects.published().exclude(section="")}
    if Section.START not in sections:
        raise Http404
    networks = list(Network.objects.published().current().in_list_order().with_areas()[: NETWORKS + 1])
    towns = list(Town.objects.published().nearest_first()[: TOWNS + 1])
    on_map, is_whole = towns[:TOWNS], len(towns) <= TOWNS
    partnerships = list(Partnership.objects.filter(town_a__in=on_map, town_b__in=on_map))
    areas = [area for network in networks[:NETWORKS] for area in network.areas]
    articles = list(Article.objects.published().current()[:SHOWN])
    return render_page(
        request,
        "pages/start.html",
        sections[Section.START],
        shown=[*sections.values(), *networks[:NETWORKS], *areas, *on_map, *partnerships, *articles],
        articles=articles,
        home=next((town for town in towns if town.home), None),
        sections=sections,
        ways=[sections[way] for way in (Section.TWIN_TOWNS, Section.NETWORKS, Section.TAKE_PART) if way in sections],
        networks=networks[:NETWORKS],
        more_networks=len(networks) > NETWORKS,
        # A sentence that names them all is shown only where all were read.
        twins=[town for town in towns if is_whole and town.relation == Relation.TWIN],
        wider=[town for town in towns if is_whole and town.relation == Relation.WIDER],
        map=draw_map(on_map, partnerships),
    )


@public
def networks(request: HttpRequest, number: int = 1) -> HttpResponse:
    """The networks the city is a member of, and those it has left."""
    page = front(Section.NETWORKS)
    paging = Paging(request)
    networks = paging.cut(Network.objects.published().members_first().with_areas())
    return render_page(
        request,
        "networks/network_list.html",
        page,
        shown=[*networks, *(area for network in networks for area in network.areas)],
        current=[network for network in networks if not network.is_former],
        former=[network for network in networks if network.is_former],
        paging=paging,
    )


def group_towns(towns: list[Town], partnerships: list[Partnership]) -> dict[str, list[tuple[Any, ...]]]:
    """By relation: each town, its agreement with the home town, and what twin towns and friends tie it to that."""
    by_pk = {town.pk: town for town in towns}
    with_home: dict[int, Partnership] = {}
    between: dict[int, list[Town]] = {town.pk: [] for town in towns}
    # A town may have had several agreements with the city: the one in force counts, else the latest.
    for partnership in sorted(partnerships, key=lambda p: (p.is_in_force, p.until or date.max)):
        pair = partnership.town_a_id, partnership.town_b_id
        for one, other in (pair, reversed(pair)):
            if one in by_pk and by_pk[one].home:
                with_home[other] = partnership
            if not (one in by_pk and other in by_pk and partnership.is_in_force):
                continue
            if by_pk[one].relation in BETWEEN and by_pk[other].relation == Relation.WIDER:
                between[other].append(by_pk[one])
    return {
        relation: [(town, with_home.get(town.pk), between[town.pk]) for town in towns if town.relation == relation]
        for relation in Relation
    }


@public
def twin_towns(request: HttpRequest, number: int = 1) -> HttpResponse:
    """Every town by what it is to the city, with the years of its agreement, and how the towns are tied."""
    page = front(Section.TWIN_TOWNS)
    paging = Paging(request, TOWNS)
    towns = paging.cut(Town.objects.published().nearest_first())
    partnerships = list(Partnership.objects.shown().begun().of(*towns).home_first()[: AGREEMENTS + 1])
    ordered = sorted(partnerships[:AGREEMENTS], key=Partnership.reading_order)
    groups = group_towns(towns, ordered)
    return render_page(
        request,
        "twinning/town_list.html",
        page,
        shown=[*towns, *ordered],
        groups=groups,
        home=next((town for town in towns if town.home), None),
        twins=[town for town, *_rest in groups[Relation.TWIN] if paging.is_whole],
        wider=[town for town, *_rest in groups[Relation.WIDER] if paging.is_whole],
        agreements=[(*p.towns(), p) for p in ordered if p.is_in_force],
        more_agreements=len(partnerships) > AGREEMENTS,
        former_agreements=[(*p.towns(), p) for p in ordered if p.is_former],
        map=draw_map(towns, ordered),
        paging=paging,
    )


@public
def focus_areas(request: HttpRequest, number: int = 1) -> HttpResponse:
    """What the networks and the towns work on."""
    page = front(Section.FOCUS_AREAS)
    paging = Paging(request)
    areas = paging.cut(FocusArea.objects.published().in_list_order().prefetch_related(*CARDS))
    return render_page(
        request,
        "networks/focusarea_list.html",
        page,
        shown=[*areas, *(exchange for area in areas for exchange in area.exchanges.all())],
        areas=areas,
        sections=sections(areas),
        paging=paging,
    )


@public
def focus_area(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Who works on an area, and where: networks, projects and exchanges."""
    area = find_page(FocusArea.objects.published(), slug)
    if area.slug != slug:
        return moved(area)
    paging = Paging(request)
    networks = paging.cut(Network.objects.published().working_on(area).members_first())
    projects = paging.cut(Project.objects.filter(is_public("network__"), focus_areas=area).select_related("network"))
    exchanges = paging.cut(area.exchanges.prefetch_related("towns"))
    cards: list[Content] = [*networks, *projects, *exchanges]
    if number == 1 and is_section(area, cards, Article.objects.published().current().about(area).exists()):
        return redirect_to_section(area)
    return render_page(
        request,
        "networks/focusarea_detail.html",
        area,
        shown=[*cards, *(town for exchange in exchanges for town in exchange.public_towns)],
        crumbs=[(_("Focus areas"), reverse("focus_areas"))],
        area=area,
        networks=[network for network in networks if not network.is_former],
        former_networks=[network for network in networks if network.is_former],
        projects=projects,
        exchanges=exchanges,
        paging=paging,
    )


@public
def news(request: HttpRequest, year: int | None = None, number: int = 1) -> HttpResponse:
    """What is current, or everything that was published in a year."""
    page, paging, articles = front(Section.NEWS), Paging(request), Article.objects.published()
    years = articles.years()
    if year is not None and year not in years:
        raise Http404
    found = paging.cut(articles.current() if year is None else articles.filter(published_at__year=year))
    return render_page(
        request,
        "news/article_list.html",
        page,
        shown=found,
        crumbs=[(page.heading, reverse("news"))] if year else [],
        found=found,
        year=year,
        years=years,
        has_events=articles.events().exists(),
        paging=paging,
    )


@public
def take_part(request: HttpRequest, number: int = 1) -> HttpResponse:
    """What a school, an association and a resident can take part in, and the contact."""
    page = front(Section.TAKE_PART)
    paging = Paging(request)
    exchanges = paging.cut(Exchange.objects.select_related("contact__stand_in").prefetch_related("towns"))
    articles = Article.objects.published().current().order_by("closes_on")
    opportunities = paging.cut(articles.filter(kind=Article.Kind.OPPORTUNITY))
    related = [item for exchange in exchanges for item in (exchange, exchange.contact, *exchange.public_towns) if item]
    return render_page(
        request,
        "pages/take_part.html",
        page,
        shown=[*opportunities, *related],
        audiences=[
            ("skolor", _("For schools"), [item for item in exchanges if item.for_schools]),
            ("foreningar", _("For associations"), [item for item in exchanges if item.for_associations]),
            (
                "invanare",
                _("For residents of %(city)s") % names(),
                [item for item in exchanges if item.for_residents],
            ),
        ],
        home=Town.objects.published().filter(home=True).first(),
        opportunities=opportunities,
        paging=paging,
    )


@public
def contact(request: HttpRequest) -> HttpResponse:
    """The contacts of the city."""
    page, contacts = front(Section.CONTACT), list(Contact.objects.select_related("stand_in"))
    return render_page(request, "contacts/contact_list.html", page, shown=contacts, contact=None, contacts=contacts)


@public
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A text with an address of its own."""
    page = find_page(Page.objects.published().filter(section=""), slug)
    if page.slug != slug:
        return moved(page)
    return render_page(request, "pages/page_detail.html", page)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer as to any bad request: the form was open too long, or the address takes no POST."""
    response = render(request, "400.html", status=403)
    response.is_csrf_failure = True  # type: ignore[attr-defined]  # the admin's forms are shown again (editing.middleware)
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    request.resolver_match = None  # or the links to the other languages would lead to addresses that are missing too
    return answer_old_address(request) or answer_typed_address(request) or render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database does not answer, else 500. Runs no query."""
    if isinstance(sys.exception(), InterfaceError | OperationalError):
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = "60"
        return response
    return render(request, "500.html", status=500)
