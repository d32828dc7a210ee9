"""The pages that span all content: the start page, the front of each section, texts, and errors."""

import sys
from datetime import date
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, DenseRank
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from modeltranslation.utils import get_translation_fields

from contacts.models import Contact
from networks.models import FocusArea, Network, Project, area_links, fetch_areas
from pagecache.decorators import public
from pages.frame import fronts, text_page
from pages.models import Page
from pages.redirects import answer_old_address, answer_typed_address
from publishing.models import is_public
from publishing.paging import Paging
from publishing.prepared import Given, Prepared
from publishing.views import render_page
from twinning.map import draw_map
from twinning.models import BETWEEN, Exchange, Partnership, Relation, Town, tell_relations

Section = Page.Section


# Of what a page shows beside its own lists: the networks on the start page, the towns of a map, the rows of a table.
NETWORKS, TOWNS, AGREEMENTS, NAMES = 6, 48, 100, 6


def current_networks(given: Given) -> QuerySet[Network]:
    return Network.objects.published(given.now).current(given.today)


def nearest_towns(given: Given) -> QuerySet[Town]:
    return Town.objects.published(given.now).nearest_first(given)


@require_safe
@public
def start(request: HttpRequest) -> HttpResponse:
    """Everything in one: both sections' introductions, the networks, the twin towns and whom to contact."""
    sections, frame = fronts([Section.START, *set(Section) - {Section.START}])
    networks = fetch_areas(Prepared(current_networks)[: NETWORKS + 1])
    towns = tell_relations(Prepared(nearest_towns)[: TOWNS + 1])
    partnerships = Partnership.objects.all().among(towns[:TOWNS])
    whole = len(towns) <= TOWNS
    return render_page(
        request,
        "pages/start.html",
        sections[Section.START],
        frame=frame,
        shown=[
            *sections.values(),
            *networks[:NETWORKS],
            *(area for network in networks[:NETWORKS] for area in network.areas),
            *towns[:TOWNS],
            *partnerships,
        ],
        home=next((town for town in towns if town.home), None),
        sections=sections,
        networks=networks[:NETWORKS],
        more_networks=len(networks) > NETWORKS,
        # A sentence that names them all is said only where all were read.
        twins=[town for town in towns if whole and town.relation == Relation.TWIN],  # type: ignore[attr-defined]
        wider=[town for town in towns if whole and town.relation == Relation.WIDER],  # type: ignore[attr-defined]
        map=draw_map(towns[:TOWNS], partnerships),
    )


def networks_by_membership(given: Given) -> QuerySet[Network]:
    return Network.objects.published(given.now).members_first(given.today)


@require_safe
@public
def networks(request: HttpRequest, number: int = 1) -> HttpResponse:
    """The networks Mölndal is a member of, and those it has left."""
    sections, frame = fronts([Section.NETWORKS])
    paging = Paging(request)
    networks = fetch_areas(paging.cut(Prepared(networks_by_membership)))
    paging.require(networks)
    return render_page(
        request,
        "networks/network_list.html",
        sections[Section.NETWORKS],
        frame=frame,
        shown=[*networks, *(area for network in networks for area in network.areas)],
        current=[network for network in networks if not network.is_former],
        former=[network for network in networks if network.is_former],
        paging=paging,
    )


def between_us(towns: list[Town], partnerships: list[Partnership]) -> dict[int, list[Town]]:
    """For each town of the wider network, the twin towns and friends through which it is tied to Mölndal."""
    by_pk = {town.pk: town for town in towns}
    found: dict[int, list[Town]] = {pk: [] for pk in by_pk}
    for partnership in partnerships:
        for town in (partnership.town_a, partnership.town_b):
            one, other = by_pk.get(town.pk), by_pk.get(partnership.other(town).pk)
            if not one or not other or not partnership.is_in_force:
                continue
            if one.relation == Relation.WIDER and other.relation in BETWEEN:  # type: ignore[attr-defined]
                found[one.pk].append(other)
    return found


@require_safe
@public
def twin_towns(request: HttpRequest, number: int = 1) -> HttpResponse:
    """Every town by what it is to Mölndal, with the years of its agreement, and how the towns are tied."""
    sections, frame = fronts([Section.TWIN_TOWNS])
    paging = Paging(request, TOWNS)
    towns = tell_relations(paging.cut(Prepared(nearest_towns)))
    paging.require(towns)
    partnerships = list(Partnership.objects.shown().of_any(town.pk for town in towns)[: AGREEMENTS + 1])
    ordered = sorted(partnerships[:AGREEMENTS], key=Partnership.reading_order)
    # A town may have had several agreements with Mölndal: the one in force counts, else the latest.
    begun = (p for p in partnerships if p.is_in_force or p.is_former)
    by_weight = sorted(begun, key=lambda p: (p.is_in_force, p.until or date.max))
    with_home = {p.other(town).pk: p for p in by_weight for town in (p.town_a, p.town_b) if town.home}
    between = between_us(towns, ordered)
    drawn = draw_map(towns, ordered)
    on_map = {place.town.relation for place in drawn.places} if drawn else set()  # type: ignore[attr-defined]
    groups = {
        relation: [(town, with_home.get(town.pk), between[town.pk]) for town in towns if town.relation == relation]  # type: ignore[attr-defined]
        for relation in Relation.values
    }
    return render_page(
        request,
        "twinning/town_list.html",
        sections[Section.TWIN_TOWNS],
        frame=frame,
        shown=[*towns, *ordered],
        groups=groups,
        home=next((town for town in towns if town.home), None),
        twins=[town for town, *_rest in groups[Relation.TWIN] if paging.is_whole],
        wider=[town for town, *_rest in groups[Relation.WIDER] if paging.is_whole],
        agreements=[(*p.towns(), p) for p in ordered if p.is_in_force],
        more_agreements=len(partnerships) > AGREEMENTS,
        former_agreements=[(*p.towns(), p) for p in ordered if p.is_former],
        map=drawn,
        legend=[(relation, relation.label) for relation in Relation if relation in on_map],
        ties=[(kind, kind.label) for kind in Partnership.Kind if any(p.kind == kind for p in ordered if p.is_in_force)],
        paging=paging,
    )


def count_of(through: type[Model], *conditions: Q) -> Coalesce:
    """How many rows of a relation there are for each focus area, counted on their own: joined they would multiply."""
    rows = through._base_manager.filter(*conditions, focusarea=OuterRef("pk")).order_by()
    return Coalesce(Subquery(rows.values("focusarea").annotate(n=Count("pk")).values("n")), 0)


def counted_areas(given: Given) -> QuerySet[FocusArea]:
    """The areas, each with the numbers of its projects and exchanges."""
    return FocusArea.objects.published(given.now).annotate(
        project_count=count_of(Project.focus_areas.through, is_public("project__network__", given.now)),
        exchange_count=count_of(Exchange.focus_areas.through),
    )


NAME_COLUMNS = get_translation_fields("name")


def first_networks(given: Given, start: int, stop: int, source: int) -> QuerySet[Any]:
    """The first networks of the areas from one place in their list to another, one more each than is named.

    From one of the tables of `area_links`, where a network may stand more than once.
    """
    path, links = area_links()[source]
    areas = FocusArea.objects.published(given.now)[start:stop].values("pk")
    order = [f"{path}__position", f"{path}__sort_key", path]
    place = Window(DenseRank(), partition_by="focusarea_id", order_by=order)
    shown = links.filter(is_public(f"{path}__", given.now), focusarea__in=areas).annotate(place=place)
    columns = ["position", "sort_key", "member_until", *NAME_COLUMNS]
    named: QuerySet[Any] = shown.filter(place__lte=NAMES + 1).select_related(path)
    return named.only("focusarea_id", *(["project_id"] * source), *(f"{path}__{name}" for name in columns))


@require_safe
@public
def focus_areas(request: HttpRequest, number: int = 1) -> HttpResponse:
    """What the networks and the towns work on."""
    sections, frame = fronts([Section.FOCUS_AREAS])
    paging = Paging(request)
    areas = paging.cut(Prepared(counted_areas))
    paging.require(areas)
    found: dict[int, set[Network]] = {area.pk: set() for area in areas}
    for source in range(len(area_links())):
        for link in Prepared(first_networks, paging.start, paging.start + paging.size, source):
            found.get(link.focusarea_id, set()).add(link.project.network if source else link.network)
    networks = {key: sorted(of_area, key=lambda n: (n.position, n.sort_key, n.pk)) for key, of_area in found.items()}
    return render_page(
        request,
        "networks/focusarea_list.html",
        sections[Section.FOCUS_AREAS],
        frame=frame,
        shown=areas,
        areas=[(area, networks[area.pk][:NAMES], len(networks[area.pk]) > NAMES) for area in areas],
        paging=paging,
    )


def the_area(given: Given) -> QuerySet[FocusArea]:
    return FocusArea.objects.published(given.now).filter(slug=given.slug)


def its_networks(given: Given) -> QuerySet[Network]:
    return Network.objects.published(given.now).working_on(given.key).members_first(given.today)


def its_projects(given: Given) -> QuerySet[Project]:
    public = Project.objects.filter(is_public("network__", given.now))
    return public.filter(focus_areas=given.key).select_related("network")


def its_exchanges(given: Given) -> QuerySet[Exchange]:
    return Exchange.objects.filter(focus_areas=given.key).with_towns(given.now)


@require_safe
@public
def focus_area(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Who works on an area, and where: networks, projects and exchanges."""
    area = Prepared(the_area, slug=slug).one_or_404()
    paging = Paging(request)
    networks = paging.cut(Prepared(its_networks, key=area.pk))
    projects = paging.cut(Prepared(its_projects, key=area.pk))
    exchanges = paging.cut(Prepared(its_exchanges, key=area.pk))
    paging.require(networks, projects, exchanges)
    return render_page(
        request,
        "networks/focusarea_detail.html",
        area,
        shown=[*networks, *projects, *exchanges, *(town for exchange in exchanges for town in exchange.public_towns)],
        crumbs=[(_("Fokusområden"), reverse("focus_areas"))],
        area=area,
        networks=[network for network in networks if not network.is_former],
        former_networks=[network for network in networks if network.is_former],
        projects=projects,
        exchanges=exchanges,
        paging=paging,
    )


def all_exchanges(given: Given) -> QuerySet[Exchange]:
    return Exchange.objects.select_related("contact").with_towns(given.now)


def home_town(given: Given) -> QuerySet[Town]:
    return Town.objects.published(given.now).filter(home=True)


@require_safe
@public
def take_part(request: HttpRequest, number: int = 1) -> HttpResponse:
    """What a school, an association and a resident can take part in, and whom to ask."""
    sections, frame = fronts([Section.TAKE_PART])
    paging = Paging(request)
    exchanges = paging.cut(Prepared(all_exchanges))
    paging.require(exchanges)
    shown = [item for exchange in exchanges for item in (exchange, exchange.contact, *exchange.public_towns) if item]
    return render_page(
        request,
        "pages/take_part.html",
        sections[Section.TAKE_PART],
        frame=frame,
        shown=shown,
        audiences=[
            ("skolor", _("För skolor"), [exchange for exchange in exchanges if exchange.for_schools]),
            ("foreningar", _("För föreningar"), [exchange for exchange in exchanges if exchange.for_associations]),
            ("invanare", _("För dig som bor i Mölndal"), [item for item in exchanges if item.for_residents]),
        ],
        home=next(iter(Prepared(home_town)), None),
        paging=paging,
    )


def all_contacts(given: Given) -> QuerySet[Contact]:
    return Contact.objects.all()


@require_safe
@public
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to write to and call."""
    sections, frame = fronts([Section.CONTACT])
    contacts = list(Prepared(all_contacts))
    frame |= {"contact": None, "contacts": contacts}
    return render_page(request, "contacts/contact_list.html", sections[Section.CONTACT], shown=contacts, frame=frame)


@require_safe
@public
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A text with an address of its own."""
    page, frame = text_page(slug)
    return render_page(request, "pages/page_detail.html", page, frame=frame)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or a POST where none is taken: "go back and try again", as to any odd request."""
    response = render(request, "400.html", status=403)
    response.is_csrf_failure = True  # type: ignore[attr-defined]  # the admin's forms are shown again (editing.middleware)
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    request.resolver_match = None  # or the links to the other languages would lead to addresses that are missing too
    return answer_old_address(request) or answer_typed_address(request) or render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, or that the database does not answer. Asks nothing of the database itself."""
    if isinstance(sys.exception(), InterfaceError | OperationalError):
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = "60"
        return response
    return render(request, "500.html", status=500)
