"""The map: places where they lie, lines for what is in force."""

import re
from datetime import date
from math import dist

import pytest
from django.test import Client

from tests.factories import PartnershipFactory, TownFactory
from twinning.map import crosses, draw_map, name_box, project
from twinning.models import Partnership, Town

pytestmark = pytest.mark.django_db


def test_distances_on_the_map_are_those_on_earth() -> None:
    """Mölndal to Borken is about 725 km, to Whitstable about 1000; one unit is 5 km."""
    molndal, borken, whitstable = project(57.6554, 12.0138), project(51.8438, 6.8577), project(51.3607, 1.0257)
    assert dist(molndal, borken) * 5 == pytest.approx(725, abs=15)
    assert dist(molndal, whitstable) * 5 == pytest.approx(1000, abs=20)
    assert molndal[1] < borken[1]  # north is up
    assert borken[0] > whitstable[0]


def test_the_map_holds_the_network_and_nothing_else() -> None:
    home, twin, former, alone = TownFactory(home=True), TownFactory(), TownFactory(), TownFactory()
    direct = PartnershipFactory(town_a=home, town_b=twin)
    PartnershipFactory(town_a=home, town_b=former, until="2020-01-01")
    wider = PartnershipFactory(town_a=twin, town_b=TownFactory(), kind="link")
    drawn = draw_map(list(Town.objects.with_relation()), list(Partnership.objects.shown()))
    assert drawn is not None
    assert {place.town for place in drawn.places} == {home, twin, wider.other(twin)}
    assert {(line.partnership, line.direct) for line in drawn.lines} == {(direct, True), (wider, False)}
    assert alone not in {place.town for place in drawn.places}


def test_there_is_no_map_of_one_town() -> None:
    TownFactory(home=True)
    assert draw_map(list(Town.objects.with_relation()), []) is None


def test_towns_on_the_map_are_links_and_told_apart_by_shape(client: Client, seeded: None) -> None:
    html = client.get("/vanorter/").content.decode()
    drawing = html[html.index('<figure class="map">') : html.index("</figure>")]
    for slug in ("albertslund", "borken", "canterbury-whitstable", "ricany", "dainville"):
        assert f'href="/vanorter/{slug}/"' in drawing
    assert drawing.count('class="place place-twin"') == 3
    assert drawing.count('class="place place-wider"') == 5
    assert drawing.count('class="tie tie-twin tie-direct"') == 3
    assert re.findall(r">(\d{4})</text>", drawing) == ["1997", "2003"]  # Albertslund's year is in no source
    assert html.index('<figure class="map">') < html.index('<ul class="cards cards-town') < html.index("<table")


def test_names_on_the_map_meet_few_lines_and_no_town(seeded: None) -> None:
    drawn = draw_map(list(Town.objects.with_relation()), list(Partnership.objects.shown()))
    assert drawn is not None
    ends = [((line.start.x, line.start.y), (line.end.x, line.end.y)) for line in drawn.lines]
    assert len(ends) == 15
    for place in drawn.places:
        box = name_box((place.x, place.y), (place.name_x, place.name_y, place.anchor), place.town.label)
        assert sum(crosses(*line, box) for line in ends) <= 1, place.town  # the halo of the letters covers it
        assert not [other for other in drawn.places if crosses((other.x, other.y), (other.x, other.y), box)], place.town


def test_a_line_crosses_only_the_boxes_it_meets() -> None:
    box = (0, 0, 10, 4)
    assert crosses((-5, -5), (15, 9), box)
    assert crosses((2, 2), (3, 3), box)
    assert not crosses((-5, 0), (5, -5), box)
    assert not crosses((11, -5), (11, 9), box)


def test_a_town_says_how_it_is_connected(client: Client, seeded: None) -> None:
    html = client.get("/vanorter/dainville/").content.decode()
    assert 'Mölndal – <a href="/vanorter/canterbury-whitstable/">Whitstable</a> – Dainville' in html
    assert "<h2>Så är vi kopplade till Dainville</h2>" in html
    assert "Så är vi kopplade" not in client.get("/vanorter/borken/").content.decode()


def test_former_twin_stays_on_map_while_linked(client: Client, seeded: None) -> None:
    home, bolkow = Town.objects.get(home=True), Town.objects.get(slug="bolkow")
    PartnershipFactory(town_a=home, town_b=bolkow, since=date(2000, 1, 1), until=date(2010, 1, 1))
    html = client.get("/vanorter/").content.decode()
    drawing = html[html.index('<figure class="map">') : html.index("</figure>")]
    assert 'class="place place-former" href="/vanorter/bolkow/"' in drawing
    assert "tidigare samarbete" in drawing  # explained
    assert html.count('href="/vanorter/bolkow/"') >= 3
