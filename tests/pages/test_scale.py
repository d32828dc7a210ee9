"""A page takes the same few queries on a small and a large site, and shows no more than a part of its lists."""

import re
from typing import Any

import pytest
from django.db import connection
from django.template.backends.django import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from networks.models import FocusArea, Network
from tests.browser.page_kinds import KINDS
from tests.factories import NetworkFactory, ProjectFactory, TownFactory
from tests.pagecache.fill import fill
from tests.queries import number_of_queries
from twinning.models import Town

pytestmark = pytest.mark.django_db

NOT_HERE = ("/aterkoppling/", "/bekrafta/", "/de/bestaetigen/")
PATHS = [
    kind.path for kind in KINDS if kind.status == 200 and "?" not in kind.path and not kind.path.startswith(NOT_HERE)
]
MOST = 15
CARD = r'card-title"><a href="[^"]*/([^/"]+)/"'


def test_pages_take_few_queries_at_any_size(client: Client, seeded: None) -> None:
    """And none grows beyond a part of its lists."""
    fill(3)
    paths = [*PATHS, *(item.get_absolute_url() for item in (Network.objects.last(), Town.objects.last()) if item)]
    few = {path: number_of_queries(client.get, path) for path in paths}
    assert max(few.values()) <= MOST, few
    fill(300)
    once = {}
    for path in paths:
        with CaptureQueriesContext(connection) as captured:
            once[path] = len(client.get(path).content)
        assert len(captured) == few[path], path
    for item in (
        Network.objects.first(),
        Town.objects.filter(home=False).last(),
        FocusArea.objects.order_by("pk").first(),
    ):
        assert item
        assert number_of_queries(client.get, item.get_absolute_url()) <= MOST
    fill(400)
    for path, size in once.items():
        assert len(client.get(path).content) < size * 1.1 + 1000, path


def test_templates_ask_only_for_the_footer(client: Client, seeded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    render = Template.render

    def counted(self: Template, *args: Any) -> Any:
        with CaptureQueriesContext(connection) as captured:
            html = render(self, *args)
        asked.extend(query["sql"] for query in captured)
        return html

    monkeypatch.setattr(Template, "render", counted)
    fill(60)
    for path in [*PATHS, "/natverk/sida/2/", "/vanorter/sida/2/"]:
        asked.clear()
        client.get(path)
        assert len(asked) == 1 + path.startswith(("/en/", "/pl/")), (path, asked)  # and whether a text was reviewed
        assert "pages_page" in asked[-1]


def parts(client: Client, path: str) -> list[str]:
    """The HTML of every part of a page, followed as a reader would."""
    found = []
    while path:
        found.append(client.get(path).content.decode())
        following = re.search(r'rel="next" href="([^"]+)"', found[-1])
        path = following[1] if following else ""
    return found


def test_turning_pages_finds_every_network_town_and_project(client: Client, seeded: None) -> None:
    fill(60)
    found = parts(client, "/en/networks/")
    assert len(found) == 3
    listed = [slug for html in found for slug in re.findall(CARD, html)]
    assert sorted(listed) == sorted(Network.objects.values_list("slug", flat=True))
    listed = [slug for html in parts(client, "/vanorter/") for slug in re.findall(CARD, html)]
    near = Town.objects.with_relation().filter(home=False).exclude(relation="none")
    assert sorted(listed) == sorted(near.values_list("slug", flat=True))
    network = NetworkFactory()
    names = {ProjectFactory(network=network).name_sv for _ in range(30)}
    found = parts(client, network.get_absolute_url())
    assert len(found) == 2
    assert {name for name in names for html in found if f">{name}<" in html} == names


def test_a_part_knows_its_number_and_the_way_back(client: Client, seeded: None) -> None:
    fill(60)
    html = client.get("/natverk/sida/2/").content.decode()
    assert "(sida 2)" in html[html.index("<title>") : html.index("</title>")]
    assert '<a rel="prev" href="/natverk/">' in html
    assert 'href="/natverk/sida/3/"' in html
    assert 'rel="canonical" href="http://127.0.0.1:8000/natverk/sida/2/"' in html
    assert re.search(r'<a href="/en/networks/[^/]+/2/" lang="en"', html)
    assert "sida 2" not in client.get("/natverk/").content.decode().split("</title>")[0]


def test_a_part_that_is_not_there_is_a_404(client: Client, seeded: None) -> None:
    for path in ("/natverk/", "/vanorter/", "/natverk/sern/", "/vanorter/borken/", "/fokusomraden/", "/vill-du-delta/"):
        for number in ("0", "1", "9", "10001", "9" * 400, "-1", "x", "٣"):
            assert client.get(f"{path}sida/{number}/").status_code == 404, (path, number)


def test_a_short_list_has_no_parts(client: Client, fronts: Any) -> None:
    for _ in range(24):
        NetworkFactory()
    assert 'class="pages"' not in client.get("/natverk/").content.decode()
    NetworkFactory()
    assert 'class="pages"' in client.get("/natverk/").content.decode()


def test_the_start_page_leads_on_to_what_it_leaves_out(client: Client, seeded: None) -> None:
    fill(300)
    html = client.get("/").content.decode()
    assert html.count('<article class="feature') <= 6
    assert '<a class="more" href="/natverk/">Alla nätverk</a>' in html
    assert "Dessa orter har i sin tur" not in html  # a sentence that would name them all
    towns = client.get("/vanorter/").content.decode()
    assert "Tabellen visar inte alla avtal." in towns
    assert "Kartan visar bara orterna på den här sidan." in towns


def test_a_town_without_a_tie_is_not_listed(client: Client, fronts: Any) -> None:
    TownFactory(home=True)
    alone = TownFactory(name_sv="Ensam")
    assert "Ensam" not in client.get("/vanorter/").content.decode()
    assert client.get(alone.get_absolute_url()).status_code == 200
