"""Pages of projects and exchanges, which have one while they have a text."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from networks.models import Project
from tests.factories import (
    HIDDEN,
    ArticleFactory,
    ExchangeFactory,
    FocusAreaFactory,
    NetworkFactory,
    ProjectFactory,
    TownFactory,
)

pytestmark = pytest.mark.django_db

TEXT = "<p>Så gick det till.</p>"


def make_project(**values: Any) -> Project:
    network = NetworkFactory(name_sv="SERN", slug="sern", **values)
    return ProjectFactory(network=network, name_sv="återvinning på övergång", name_en="recycling", body_sv=TEXT)


def html(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


def test_project_with_text_has_a_page(client: Client, fronts: Any) -> None:
    project = make_project()
    project.focus_areas.set([FocusAreaFactory(name_sv="avfall", slug="avfall")])
    assert project.get_absolute_url() == f"/natverk/sern/{project.pk}-atervinning-pa-overgang/"
    page = html(client, project.get_absolute_url())
    assert "Återvinning på övergång</h1>" in page
    for shown in (TEXT, 'href="/natverk/sern/"', 'href="/fokusomraden/avfall/"'):
        assert shown in page
    for path in ("/natverk/sern/", "/fokusomraden/avfall/"):
        assert f'href="{project.get_absolute_url()}"' in html(client, path)


def test_exchange_with_text_has_a_page(client: Client, fronts: Any) -> None:
    town = TownFactory(name_sv="Borken", slug="borken")
    exchange = ExchangeFactory(
        name_sv="Musikläger", body_sv=TEXT, towns=[town], cost_sv="500 kronor", for_residents=True
    )
    assert exchange.get_absolute_url() == f"/vill-du-delta/{exchange.pk}-musiklager/"
    page = html(client, exchange.get_absolute_url())
    for shown in (TEXT, 'href="/vanorter/borken/"', "500 kronor"):
        assert shown in page
    for path in ("/vill-du-delta/", "/vanorter/borken/"):
        assert f'href="{exchange.get_absolute_url()}"' in html(client, path)


def test_address_follows_the_name_and_language(client: Client, fronts: Any) -> None:
    project = make_project()
    with translation.override("en"):
        assert project.get_absolute_url() == f"/en/networks/sern/{project.pk}-recycling/"
    old = project.get_absolute_url()
    project.name_sv = "avfall"
    project.network.slug = "sern-2"
    project.network.save()
    project.save()
    response = client.get(old)
    assert response.headers["Location"] == project.get_absolute_url() == f"/natverk/sern-2/{project.pk}-avfall/"


def test_address_without_text_leads_to_the_list(client: Client, fronts: Any) -> None:
    project, exchange = make_project(), ExchangeFactory(body_sv=TEXT)
    paths = [project.get_absolute_url(), exchange.get_absolute_url()]
    for activity in (project, exchange):
        activity.body_sv = ""
        activity.save()
    found = [client.get(path).headers["Location"] for path in paths]
    assert found == ["/natverk/sern/", "/vill-du-delta/"]
    assert f"/natverk/sern/{project.pk}-" not in html(client, "/natverk/sern/")


@pytest.mark.parametrize("hidden", HIDDEN)
def test_project_of_hidden_network_is_not_found(client: Client, hidden: Any) -> None:
    project = make_project(**hidden)
    assert client.get(project.get_absolute_url()).status_code == 404
    assert not Project.objects.published().exists()


@pytest.mark.parametrize("path", ["/natverk/sern/0-x/", "/vill-du-delta/99999999999999999999999-x/"])
def test_unknown_activities_are_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_name_without_latin_letters_has_an_address(client: Client, fronts: Any) -> None:
    exchange = ExchangeFactory(name_sv="«…»", body_sv=TEXT)
    assert exchange.get_absolute_url() == f"/vill-du-delta/{exchange.pk}-exchange/"
    html(client, exchange.get_absolute_url())


def test_pages_are_in_sitemap_feed_and_search(client: Client, fronts: Any) -> None:
    project, exchange = make_project(), ExchangeFactory(name_sv="Musikläger", body_sv=TEXT)
    for path in ("/sitemap.xml", "/andringar/", "/sok/?q=gick"):
        page = html(client, path)
        assert project.get_absolute_url() in page, path
        assert exchange.get_absolute_url() in page, path


def test_articles_stand_on_the_pages_of_activities(client: Client, fronts: Any) -> None:
    project, exchange = make_project(), ExchangeFactory(body_sv=TEXT)
    article = ArticleFactory(title_sv="Vi åkte", about={"projects": [project], "exchanges": [exchange]})
    for activity in (project, exchange):
        assert "Vi åkte" in html(client, activity.get_absolute_url())
        assert f'href="{activity.get_absolute_url()}"' in html(client, article.get_absolute_url())
