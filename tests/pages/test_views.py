"""Every public page, in Swedish and English: what it says, who may see it, and what it costs."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from pages.models import Page
from tests.factories import (
    ContactFactory,
    ExchangeFactory,
    FactFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    ProjectFactory,
    TownFactory,
)

pytestmark = pytest.mark.django_db

# The shipped site's pages, and the number of queries each takes.
PAGES = {
    "/": 6,
    "/natverk/": 4,
    "/natverk/eurotowns/": 6,
    "/natverk/sern/": 6,
    "/vanorter/": 3,
    "/vanorter/albertslund/": 4,
    "/vanorter/ricany/": 5,
    "/fokusomraden/": 4,
    "/fokusomraden/utbildning/": 5,
    "/vill-du-delta/": 3,
    "/tillganglighetsredogorelse/": 3,
    "/kontakt/": 2,
    "/om/webbplatsen/": 1,
    "/om/personuppgifter/": 1,
    "/data/": 6,
    "/en/": 6,
    "/en/networks/": 4,
    "/en/networks/eurotowns/": 6,
    "/en/networks/sern/": 6,
    "/en/twin-towns/": 3,
    "/en/twin-towns/albertslund/": 4,
    "/en/twin-towns/ricany/": 5,
    "/en/focus-areas/": 4,
    "/en/focus-areas/utbildning/": 5,
    "/en/contact/": 2,
    "/en/about/webbplatsen/": 1,
    "/en/data/": 6,
}


def read(html: str) -> str:
    """A page's text as it is read aloud: no tags, alternatives for pictures, blanks folded."""
    html = re.sub(r'<img[^>]* alt="([^"]*)"[^>]*>', r" \1 ", html)
    html = re.sub(r"</?(span|a|strong|em|time)\b[^>]*>", "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_start_page_has_every_sentence_of_the_old_page(client: Client, seeded: None) -> None:
    shared = Path(__file__).parents[3] / "shared/seed/natverk-och-vanorter.sv.txt"
    own = Path(__file__).parents[1] / "data/natverk-och-vanorter.sv.txt"
    seed = (shared if shared.exists() else own).read_text("utf-8")
    # Official spellings; the seed's own mistakes find the towns in the search.
    for old, official in {"Albertlund": "Albertslund", "Ricany": "Říčany", "Balkow": "Bolków"}.items():
        seed = seed.replace(old, official)
    lines = [" ".join(line.strip(" •|").split()) for line in seed.splitlines()]
    # The site has no pictures of its own until the city uploads its real logos and coats of arms.
    lines = [line for line in lines if line and line not in {"Eurotowns logga", "SERNs logga", "Stadsvapen vänorter"}]
    assert len(lines) > 40
    page = read(client.get("/").content.decode())
    position = 0
    for line in lines:
        for sentence in re.split(r"(?<=[.:?]) ", line):
            found = page.find(sentence, position)
            assert found >= 0, f"not on the start page after position {position}: {sentence}"
            position = found


def test_the_copy_of_the_seed_is_the_seed() -> None:
    shared = Path(__file__).parents[3] / "shared/seed/natverk-och-vanorter.sv.txt"
    own = Path(__file__).parents[1] / "data/natverk-och-vanorter.sv.txt"
    assert not shared.exists() or shared.read_text() == own.read_text()


@pytest.mark.parametrize("path", PAGES)
def test_page(client: Client, seeded: None, path: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(PAGES[path]):
        response = client.get(path)
    html = response.content.decode()
    english = path.startswith("/en/")
    assert f'<html lang="{"en" if english else "sv"}">' in html
    assert "Cecilia Rignell" in html
    assert "cecilia.rignell@molndal.se" in html
    assert ("Did this information help you?" if english else "Hjälpte den här informationen dig?") in html
    assert ("Share:" if english else "Dela på:") in html
    assert re.search(r"Last updated|Senast uppdaterad", html)
    assert html.count("<h1") == 1
    assert response.cookies == {}
    assert "Cookie" not in response.headers.get("Vary", "")
    if english:
        # Everything shipped is translated, so nothing on an English page is marked as Swedish.
        assert 'lang="sv">' not in html.replace('lang="sv" hreflang="sv"', "")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_anything_of_third_parties(client: Client, seeded: None, path: str) -> None:
    html = client.get(path).content.decode()
    loaded = re.findall(r'<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)="([^"]+)"', html)
    assert loaded
    assert all(url.startswith(("/", "http://127.0.0.1:8000/")) for url in loaded)
    assert "style=" not in html


@pytest.mark.parametrize("prefix", ["/", "/en/"])
@pytest.mark.parametrize("path", ["finns-inte/", "natverk/finns-inte/", "networks/finns-inte/", "xx/networks/", "sv/"])
def test_unknown_address_helps_on_in_the_readers_language(client: Client, seeded: None, prefix: str, path: str) -> None:
    response = client.get(prefix + path)
    html = response.content.decode()
    assert response.status_code == 404
    if prefix == "/en/":
        assert "Page not found" in html
        assert 'href="/en/twin-towns/"' in html
    else:
        assert "Sidan finns inte" in html
        assert 'href="/vanorter/"' in html


def test_unpublished_is_not_found_anywhere(client: Client, fronts: object) -> None:
    area = FocusAreaFactory(published_at=None, name_sv="hemligt område")
    network = NetworkFactory(
        published_at=None, name_sv="Hemliga nätverket", focus_areas=[FocusAreaFactory(slug="miljo")]
    )
    ProjectFactory(network=network, name_sv="hemligt projekt").focus_areas.add(FocusAreaFactory(slug="kultur"))
    home, town = (
        TownFactory(home=True),
        TownFactory(published_at=None, name_sv="Hemlig stad", introduction_sv="Hemlig stad"),
    )
    PartnershipFactory(town_a=home, town_b=town)
    exchange = ExchangeFactory(towns=[town])
    exchange.focus_areas.add(FocusAreaFactory(slug="turism"))
    page = PageFactory(published_at=None)
    for item in (area, network, town, page):
        assert client.get(item.get_absolute_url()).status_code == 404
    for path in (
        "/",
        "/natverk/",
        "/vanorter/",
        "/fokusomraden/",
        *(f"/fokusomraden/{a}/" for a in ("miljo", "kultur", "turism")),
    ):
        response = client.get(path)
        assert response.status_code == 200
        assert "emlig" not in response.content.decode()


def test_an_empty_site_answers(client: Client, db: None) -> None:
    assert client.get("/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/natverk/",
        "/vanorter/",
        "/fokusomraden/",
        "/kontakt/",
        "/fokusomraden/miljo/",
        "/vanorter/nav/",
        "/natverk/nav/",
    ],
)
def test_one_or_three_of_everything_takes_the_same_queries(client: Client, fronts: object, path: str) -> None:
    area = FocusAreaFactory(slug="miljo")
    home, hub = TownFactory(home=True), TownFactory(slug="nav")
    PartnershipFactory(town_a=home, town_b=hub)
    main = NetworkFactory(slug="nav", focus_areas=[area])

    def add() -> None:
        network = NetworkFactory(focus_areas=[area, FocusAreaFactory()])
        for place in (network, main):
            ProjectFactory(network=place).focus_areas.add(area)
            FactFactory(network=place)
        town = TownFactory()
        PartnershipFactory(town_a=hub, town_b=town)
        PartnershipFactory(town_a=home, town_b=TownFactory())
        ExchangeFactory(towns=[hub, town]).focus_areas.add(area)
        ContactFactory()

    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    add()
    once = queries()
    add()
    add()
    assert queries() == once


def test_the_date_is_the_last_change_over_everything_shown(client: Client, fronts: dict[str, Page]) -> None:
    from datetime import UTC, datetime

    from contacts.models import Contact
    from networks.models import Fact, Network

    old, new = datetime(2021, 5, 1, 12, tzinfo=UTC), datetime(2023, 2, 3, 12, tzinfo=UTC)
    fact = FactFactory()
    for model in (Network, Fact, Contact, Page):
        model.objects.update(updated_at=old)
    path = fact.network.get_absolute_url()
    assert "1 maj 2021" in client.get(path).content.decode()
    Fact.objects.update(updated_at=new)
    assert "3 februari 2023" in client.get(path).content.decode()
    Fact.objects.update(updated_at=old)
    Contact.objects.update(updated_at=new)
    assert "3 februari 2023" in client.get(path).content.decode()
    with translation.override("en"):
        assert "3 February 2023" in client.get(fact.network.get_absolute_url()).content.decode()


def test_the_towns_follow_their_agreements(client: Client, seeded: None) -> None:
    from django.utils import timezone

    from twinning.models import Partnership, Town

    Partnership.objects.of(Town.objects.get(home=True)).of(Town.objects.get(slug="borken")).update(
        until=timezone.localdate()
    )
    start = read(client.get("/").content.decode())
    assert "Albertslund och Whitstable" in start
    assert "samarbete med två vänorter:" in start
    towns = client.get("/vanorter/").content.decode()
    assert towns.index("Tidigare samarbeten") < towns.rindex('href="/vanorter/borken/">Borken</a></h3>')
    borken = client.get("/vanorter/borken/").content.decode()
    assert "Mölndal har tidigare samarbetat med staden" in borken
    assert f"1997–{timezone.localdate().year}" in borken


def test_one_twin_town_is_said_in_the_singular(client: Client, fronts: object) -> None:
    PartnershipFactory(town_a=TownFactory(home=True), town_b=TownFactory())
    assert "samarbete med en vänort:" in client.get("/").content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_are_read_only(client: Client, seeded: None, method: str) -> None:
    assert getattr(client, method)("/").status_code == 405


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "nonsense"])
def test_odd_charsets_are_no_fault_of_ours(client: Client, seeded: None, charset: str) -> None:
    for path in ("/finns-inte/", "/aterkoppling/"):
        response = client.generic("POST", path, b"helped=yes", f"application/x-www-form-urlencoded; charset={charset}")
        assert 400 <= response.status_code < 500


def test_error_pages_speak_the_readers_language(client: Client, seeded: None, rf: object) -> None:
    from django.test import RequestFactory

    from pages.views import bad_request, forbidden, server_error

    request = RequestFactory().get("/en/")
    with translation.override("en"):
        for response, status, words in (
            (bad_request(request, Exception()), 400, "did not understand"),
            (forbidden(request, Exception()), 403, "may not see"),
            (server_error(request), 500, "went wrong"),
        ):
            assert response.status_code == status
            assert words in response.content.decode()


def test_the_500_page_needs_no_database(django_db_blocker: object) -> None:
    from django.test import RequestFactory

    from pages.views import server_error

    with django_db_blocker.block():  # type: ignore[attr-defined]
        assert "Något gick fel hos oss" in server_error(RequestFactory().get("/")).content.decode()


@pytest.mark.parametrize(("path", "words"), [("/", "vilar en stund"), ("/admin/login/", "vilar en stund")])
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_without_its_database_the_site_says_so_kindly(error: type[Exception], path: str, words: str) -> None:
    def fail(*args: object) -> None:
        raise error("gone")

    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    with connection.execute_wrapper(fail):
        response = client.get(path)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert words in response.content.decode()


def test_a_page_that_is_not_there_helps_to_find_on(client: Client, fronts: object) -> None:
    html = client.get("/natverk/finns-inte/").content.decode()
    assert "Sidan finns inte" in html
    assert 'name="q"' in html[html.index("<main") :]
    for path in ("/", "/natverk/", "/vanorter/", "/fokusomraden/", "/vill-du-delta/", "/kontakt/"):
        assert f'<li><a href="{path}">' in html[html.index("<main") :]


def test_take_part_leads_each_to_the_right_exchange_and_contact(client: Client, fronts: object) -> None:
    town = TownFactory(name_sv="Borken")
    hidden = TownFactory(name_sv="Hemlig", published_at=None)
    ExchangeFactory(
        name_sv="Körresa", for_associations=True, how_to_join_sv="Skriv före maj.", towns=[town, hidden],
        contact=ContactFactory(name="Ann-Sofie Öst", email="ann@example.se"),
    )  # fmt: skip
    ExchangeFactory(name_sv="Klassbyte", for_schools=True)
    main = client.get("/vill-du-delta/").content.decode().split("<main")[1]
    schools, associations, residents = (part.split("</section>")[0] for part in main.split("<section id=")[1:4])
    assert "För skolor" in schools
    assert "Klassbyte" in schools
    assert "Cecilia Rignell" in schools  # nobody else was chosen
    assert "Körresa" not in schools
    for words in ("För föreningar", "Körresa", "Skriv före maj.", "Ann-Sofie Öst", "mailto:ann@example.se", "Borken"):
        assert words in associations
    assert "Cecilia" not in associations
    assert "Hemlig" not in main
    assert "Just nu har vi inget utbyte här" in residents


def test_a_long_text_has_a_table_of_contents_a_short_one_none(client: Client, contact: object) -> None:
    headings = "".join(f"<h2>Del {n}</h2><p>…</p>" for n in range(3))
    PageFactory(slug="lang", body_sv=headings)
    PageFactory(slug="kort", body_sv=headings.replace("<h2>Del 2</h2>", ""))
    html = client.get("/om/lang/").content.decode()
    assert '<li><a href="#om-del-2">Del 2</a></li>' in html
    assert '<h2 id="om-del-2">Del 2</h2>' in html
    assert 'class="toc"' not in client.get("/om/kort/").content.decode()
    with translation.override("pl"):
        polish = client.get(reverse("page", args=["lang"])).content.decode()
    assert '<li><a href="#om-del-2" lang="sv">Del 2</a></li>' in polish


def test_a_town_of_the_wider_network_says_through_whom(client: Client, seeded: None) -> None:
    html = client.get("/vanorter/").content.decode()
    card = html[html.index('href="/vanorter/ricany/">Říčany</a></h3>') :]
    assert "Genom Albertslund, Borken och Whitstable" in card[: card.index("</li>")]


def test_a_planned_agreement_waits_for_its_day(client: Client, fronts: object) -> None:
    home, grabow, dainville = TownFactory(home=True), TownFactory(name_sv="Grabow"), TownFactory(name_sv="Dainville")
    PartnershipFactory(town_a=home, town_b=grabow, since=date(2150, 1, 1))
    PartnershipFactory(town_a=home, town_b=dainville, since=date(1990, 1, 1), until=date(2001, 1, 1))
    PartnershipFactory(town_a=home, town_b=dainville, kind="friendship", since=date(2160, 1, 1))
    for path in ("/vanorter/", grabow.get_absolute_url(), dainville.get_absolute_url()):
        html = client.get(path).content.decode()
        assert "2150" not in html
        assert "2160" not in html
    assert "vänortsavtal 1990–2001" in client.get("/vanorter/").content.decode()


@pytest.mark.parametrize("path", ["/de/", "/data/networks.json", "/sitemap.xml"])
def test_a_post_where_none_is_taken_is_refused_in_our_own_words(fronts: object, path: str) -> None:
    response = Client(enforce_csrf_checks=True).post(path)
    html = response.content.decode()
    assert response.status_code == 403
    assert ('<html lang="de">' if path.startswith("/de") else '<html lang="sv">') in html
    assert "DEBUG" not in html
    assert ("Gehen Sie zurück" if path.startswith("/de") else "Gå tillbaka och försök igen") in html
    assert 'name="viewport"' in html


def test_a_network_without_picture_or_facts_leaves_no_empty_box(client: Client, fronts: object) -> None:
    network = NetworkFactory()
    assert 'class="feature"' in client.get("/").content.decode()
    assert 'class="facts"' not in client.get(network.get_absolute_url()).content.decode()
    FactFactory(network=network)
    assert 'class="facts"' in client.get(network.get_absolute_url()).content.decode()


def test_focus_areas_count_what_is_public(client: Client, fronts: object) -> None:
    area = FocusAreaFactory(name_sv="avfall")
    ProjectFactory(network=NetworkFactory(focus_areas=[area])).focus_areas.add(area)
    ProjectFactory(network=NetworkFactory(published_at=None, focus_areas=[area])).focus_areas.add(area)
    for _ in range(2):
        ExchangeFactory().focus_areas.add(area)
    assert "1 projekt, 2 utbyten" in client.get("/fokusomraden/").content.decode()


def test_a_town_shows_the_agreement_in_force_not_the_one_before(client: Client, fronts: object) -> None:
    """As it went in reality: a twinning ended, a friendship without a known year followed."""
    home, borken = TownFactory(home=True), TownFactory(name_sv="Borken")
    PartnershipFactory(town_a=home, town_b=borken, since=date(1997, 1, 1), until=date(2020, 6, 17))
    PartnershipFactory(town_a=home, town_b=borken, kind="friendship")
    html = client.get("/vanorter/").content.decode()
    card = html[html.index("Vänskapsstäder</h2>") : html.index("Så hänger städerna ihop</h2>")]
    assert "vänskapsförklaring" in card
    assert "1997" not in card
    assert "1997–2020" in html[html.index("Tidigare avtal") :]


def test_left_network_is_not_shown_as_current(client: Client, fronts: object) -> None:
    area = FocusAreaFactory(slug="miljo")
    NetworkFactory(slug="kvar", name_sv="Kvar", focus_areas=[area])
    NetworkFactory(slug="borta", name_sv="Borta", focus_areas=[area], member_until=date(2020, 1, 1))
    html = client.get("/fokusomraden/miljo/").content.decode()
    assert html.index("Kvar") < html.index("Tidigare nätverk") < html.index("Borta")
    assert "Borta (tidigare)" in client.get("/fokusomraden/").content.decode()
    assert "Mölndal var medlem" in client.get("/natverk/borta/").content.decode()
    assert "Borta" not in client.get("/").content.decode()


def test_towns_section_without_towns_shows_contact(client: Client, seeded: None) -> None:
    from twinning.models import Partnership

    Partnership.objects.update(until=date(2020, 1, 1), since=None)
    html = client.get("/").content.decode()
    assert "Kommunstyrelsen och dess arbetsutskott" in html
    assert "Dessa städer" not in html


def test_the_association_is_linked_once_its_address_is_known(client: Client, seeded: None) -> None:
    from twinning.models import Town

    Town.objects.filter(home=True).update(association_website="https://vanort.example/")
    for path in ("/", "/vanorter/"):
        assert 'href="https://vanort.example/">Mölndals Vänortsförening</a>' in client.get(path).content.decode()


def test_a_missing_page_links_to_no_missing_page(client: Client, seeded: None) -> None:
    for path in ("/om/finns-inte/", "/natverk/finns-inte/", "/en/about/not-there/", "/alls-inte/"):
        response = client.get(path)
        assert response.status_code == 404
        languages = set(re.findall(r'<a href="([^"]+)" lang="\w\w" hreflang=', response.content.decode()))
        assert len(languages) == 8
        assert {link: client.get(link).status_code for link in languages} == dict.fromkeys(languages, 200)
