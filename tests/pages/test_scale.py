"""What a page costs does not grow with the site: the same few queries, and no more than a part of its lists."""

import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client
from django.test.utils import CaptureQueriesContext

from networks.models import FocusArea, Network
from tests.browser.page_kinds import KINDS
from tests.factories import NetworkFactory, ProjectFactory, TownFactory
from tests.pagecache.fill import fill
from tests.pagecache.naive import naively
from twinning.models import Town

pytestmark = pytest.mark.django_db

PATHS = [kind.path for kind in KINDS if kind.status == 200 and "?" not in kind.path and "aterkoppling" not in kind.path]
MOST = 6
CARD = r'card-title"><a href="[^"]*/([^/"]+)/"'


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_pages_take_six_queries_at_any_size(client: Client, seeded: None) -> None:
    few = {path: queries(client, path) for path in PATHS}
    assert max(few.values()) <= MOST, few
    fill(300)
    many = {path: queries(client, path) for path in PATHS}
    assert many == few
    # Pages whose lists were empty in the content above.
    network, town, area = Network.objects.order_by("pk")[0], Town.objects.order_by("pk")[0], FocusArea.objects.first()
    assert area
    for item in (network, town, area, Network.objects.order_by("pk")[5], Town.objects.order_by("pk").last()):
        assert item
        assert queries(client, item.get_absolute_url()) <= MOST


def test_no_page_grows_beyond_a_part_of_its_lists(client: Client, seeded: None) -> None:
    fill(300)
    once = {path: len(client.get(path).content) for path in PATHS}
    fill(600)
    for path, size in once.items():
        assert len(client.get(path).content) < size * 1.1 + 1000, path


def test_templates_ask_the_database_nothing(client: Client, seeded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise AssertionError("a query from a template")

    def guarded(*args: Any, **kwargs: Any) -> HttpResponse:
        with connection.execute_wrapper(fail):
            return render(*args, **kwargs)

    monkeypatch.setattr("publishing.views.render", guarded)
    fill(60)
    for path in [*PATHS, "/natverk/sida/2/", "/vanorter/sida/2/"]:
        client.get(path)


def test_pages_say_the_same_when_made_the_simple_way(client: Client, seeded: None) -> None:
    fill(20)
    paths = [*PATHS, "/vanorter/sida/2/", *(town.get_absolute_url() for town in Town.objects.all()[:30])]
    for path in dict.fromkeys(paths):
        quick = client.get(path).content.decode()
        with naively():
            simple = client.get(path).content.decode()
        assert quick == simple, path


def parts(client: Client, path: str) -> list[str]:
    """The HTML of every part of a page, followed as a reader would."""
    found = []
    while path:
        html = client.get(path).content.decode()
        found.append(html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        path = following[1] if following else ""
    return found


def test_every_network_and_town_is_found_by_turning_pages(client: Client, seeded: None) -> None:
    fill(60)
    for path in ("/natverk/", "/en/networks/"):
        found = parts(client, path)
        assert len(found) == 3
        listed = [slug for html in found for slug in re.findall(CARD, html)]
        assert sorted(listed) == sorted(Network.objects.values_list("slug", flat=True))
    listed = [
        slug
        for html in parts(client, "/vanorter/")
        for slug in re.findall(r'card-title"><a href="[^"]*/([^/"]+)/"', html)
    ]
    near = Town.objects.with_relation().filter(home=False).exclude(relation="none")
    assert sorted(listed) == sorted(near.values_list("slug", flat=True))
    assert len(listed) >= 20


def test_a_part_knows_its_number_and_the_way_back(client: Client, seeded: None) -> None:
    fill(60)
    html = client.get("/natverk/sida/2/").content.decode()
    assert "(sida 2)" in html[html.index("<title>") : html.index("</title>")]
    assert '<a rel="prev" href="/natverk/">' in html
    assert 'href="/natverk/sida/3/"' in html
    assert 'rel="canonical" href="http://127.0.0.1:8000/natverk/sida/2/"' in html
    assert re.search(r'<a href="/en/networks/[^/]+/2/" lang="en"', html)
    assert "sida 2" not in client.get("/natverk/").content.decode().split("</title>")[0]


@pytest.mark.parametrize("number", ["0", "1", "9", "10001", "9" * 400, "-1", "x", "٣"])
def test_a_part_that_is_not_there_is_a_404(client: Client, seeded: None, number: str) -> None:
    for path in ("/natverk/", "/vanorter/", "/natverk/sern/", "/vanorter/borken/", "/fokusomraden/", "/vill-du-delta/"):
        assert client.get(f"{path}sida/{number}/").status_code == 404


def test_a_short_list_has_no_parts(client: Client, fronts: Any) -> None:
    for _ in range(24):
        NetworkFactory()
    assert 'class="pages"' not in client.get("/natverk/").content.decode()
    NetworkFactory()
    assert 'class="pages"' in client.get("/natverk/").content.decode()


def test_projects_of_a_network_are_paged(client: Client, fronts: Any) -> None:
    network = NetworkFactory()
    names = {ProjectFactory(network=network).name_sv for _ in range(30)}
    found = parts(client, network.get_absolute_url())
    assert len(found) == 2
    assert {name for name in names for html in found if f">{name}<" in html} == names


def test_the_start_page_leads_on_to_what_it_leaves_out(client: Client, seeded: None) -> None:
    fill(300)
    html = client.get("/").content.decode()
    assert html.count('<article class="feature') <= 6
    assert '<a class="more" href="/natverk/">Alla nätverk</a>' in html
    assert "Dessa städer har i sin tur" not in html  # a sentence that would name them all
    towns = client.get("/vanorter/").content.decode()
    assert "Tabellen visar inte alla avtal." in towns
    assert "Kartan visar bara städerna på den här sidan." in towns


def test_a_town_without_a_tie_is_not_listed(client: Client, fronts: Any) -> None:
    TownFactory(home=True)
    alone = TownFactory(name_sv="Ensam")
    assert "Ensam" not in client.get("/vanorter/").content.decode()
    assert client.get(alone.get_absolute_url()).status_code == 200
