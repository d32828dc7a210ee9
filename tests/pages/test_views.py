"""Every public page, in Swedish and English: what it says, and who may see it."""

import re
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from contacts.models import Contact
from networks.models import Fact, Network
from pages.models import Page
from pages.views import bad_request, forbidden, server_error
from tests.factories import (
    ArticleFactory,
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
from twinning.models import Partnership, Town

pytestmark = pytest.mark.django_db

PAGES = [
    *("/", "/natverk/", "/natverk/eurotowns/", "/natverk/sern/", "/vanorter/", "/vanorter/albertslund/"),
    *("/vanorter/ricany/", "/fokusomraden/", "/fokusomraden/utbildning/", "/vill-du-delta/", "/kontakt/"),
    *("/tillganglighetsredogorelse/", "/om/webbplatsen/", "/om/personuppgifter/", "/data/", "/en/", "/en/networks/"),
    *("/en/networks/sern/", "/en/twin-towns/", "/en/twin-towns/ricany/", "/en/focus-areas/education/"),
    *("/en/contact/", "/en/about/about-this-website/", "/en/data/"),
]

# What the site says otherwise than the page it replaces; the misspelt names still find the towns in the search.
MENDED = {
    "Albertlund": "Albertslund",
    "Ricany": "Říčany",
    "Balkow": "Bolków",
    "små- och medelstora": "små och medelstora",
    "50 000 - 250 000": "50 000–250 000",
    "SERN - Sweden Emilia Romagna": "SERN – Sweden Emilia-Romagna",
    "i Emilia Romagna": "i Emilia-Romagna",
    "med syftet stimulera": "med syftet att stimulera",
    "Canterbury stad": "Canterbury",  # a district, not a city
    "Dessa städer": "Dessa orter",  # a council area among them
    "deras hemsida": "föreningens webbplats",
    "Dela på:": "Dela",
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
    for old, mended in MENDED.items():
        assert old in seed
        seed = seed.replace(old, mended)
    lines = [" ".join(line.strip(" •|").split()) for line in seed.splitlines()]
    # The site has no pictures of its own until the city uploads its real logos and coats of arms.
    lines = [line for line in lines if line and line not in {"Eurotowns logga", "SERNs logga", "Stadsvapen vänorter"}]
    assert len(lines) > 40
    page = read(client.get("/").content.decode())
    sentences = [sentence for line in lines for sentence in re.split(r"(?<=[.:?]) ", line)]
    assert [sentence for sentence in sentences if sentence not in page] == []


def test_every_page_has_what_all_pages_have(client: Client, seeded: None) -> None:
    for path in PAGES:
        response = client.get(path)
        html = response.content.decode()
        english = path.startswith("/en/")
        for text in (
            f'<html lang="{"en" if english else "sv"}">',
            "Cecilia Rignell",
            "cecilia.rignell@molndal.se",
            "Did this information help you?" if english else "Hjälpte den här informationen dig?",
            "<summary>Share</summary>" if english else "<summary>Dela</summary>",
            "Last updated" if english else "Senast uppdaterad",
        ):
            assert text in html, path
        assert html.count("<h1") == 1
        assert response.cookies == {}
        assert "Cookie" not in response.headers.get("Vary", "")
        # Everything shipped is translated, so nothing on an English page is marked as Swedish.
        assert not english or 'lang="sv">' not in html.replace('lang="sv" hreflang="sv"', ""), path
        loaded = re.findall(r'<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)="([^"]+)"', html)
        assert all(url.startswith(("/", "http://127.0.0.1:8000/")) for url in loaded), path
        assert "style=" not in html


def test_unknown_address_helps_on_in_the_readers_language(client: Client, seeded: None) -> None:
    for path in ("finns-inte/", "natverk/finns-inte/", "networks/finns-inte/", "xx/networks/", "sv/"):
        for prefix, words, link in (
            ("/", "Sidan finns inte", "/vanorter/"),
            ("/en/", "Page not found", "/en/twin-towns/"),
        ):
            response = client.get(prefix + path)
            assert response.status_code == 404
            main = response.content.decode().split("<main")[1]
            assert words in main, prefix + path
            assert f'<li><a href="{link}">' in main
            assert 'name="q"' in main


def test_unpublished_is_not_found_anywhere(client: Client, fronts: None) -> None:
    area = FocusAreaFactory(published_at=None, name_sv="hemligt område")
    network = NetworkFactory(
        published_at=None,
        name_sv="Hemliga nätverket",
        focus_areas=[FocusAreaFactory(slug="miljo", body_sv="<p>Text.</p>")],
    )
    ProjectFactory(network=network, name_sv="hemligt projekt").focus_areas.add(
        FocusAreaFactory(slug="kultur", body_sv="<p>Text.</p>")
    )
    home, town = (
        TownFactory(home=True),
        TownFactory(published_at=None, name_sv="Hemlig stad", introduction_sv="Hemlig stad"),
    )
    PartnershipFactory(town_a=home, town_b=town)
    exchange = ExchangeFactory(towns=[town])
    exchange.focus_areas.add(FocusAreaFactory(slug="turism", body_sv="<p>Text.</p>"))
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


def test_the_date_is_the_last_change_over_everything_shown(client: Client, fronts: dict[str, Page]) -> None:
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
    Partnership.objects.of(Town.objects.get(home=True)).of(Town.objects.get(slug="borken")).update(
        until=timezone.localdate()
    )
    start = read(client.get("/").content.decode())
    assert "Albertslund och Whitstable" in start
    assert "samarbete med två vänorter:" in start
    towns = client.get("/vanorter/").content.decode()
    assert towns.index("Tidigare samarbeten") < towns.rindex('href="/vanorter/borken/">Borken</a></h3>')
    borken = client.get("/vanorter/borken/").content.decode()
    assert "Mölndal har tidigare samarbetat med orten" in borken
    assert f"1997–{timezone.localdate().year}" in borken


def test_pages_are_read_only(client: Client, seeded: None) -> None:
    for method in ("post", "put", "delete"):
        assert getattr(client, method)("/").status_code == 405


def test_odd_charsets_are_no_fault_of_ours(client: Client, seeded: None) -> None:
    for charset in ("utf-7", "utf-16", "nonsense"):
        for path in ("/finns-inte/", "/aterkoppling/"):
            kind = f"application/x-www-form-urlencoded; charset={charset}"
            assert 400 <= client.generic("POST", path, b"helped=yes", kind).status_code < 500, (charset, path)


def test_error_pages_speak_the_readers_language(client: Client, seeded: None) -> None:
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
    with django_db_blocker.block():  # type: ignore[attr-defined]
        assert "Något gick fel hos oss" in server_error(RequestFactory().get("/")).content.decode()


def test_without_its_database_the_site_says_so_kindly(db: None) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    for error in (OperationalError, InterfaceError):

        def fail(*args: object, error: type[Exception] = error) -> None:
            raise error("gone")

        for path in ("/", "/admin/login/"):
            with connection.execute_wrapper(fail):
                response = client.get(path)
            assert response.status_code == 503
            assert response.headers["Retry-After"] == "60"
            assert "vilar en stund" in response.content.decode()


def test_take_part_leads_each_to_the_right_exchange_and_contact(client: Client, fronts: None) -> None:
    town = TownFactory(name_sv="Borken")
    hidden = TownFactory(name_sv="Hemlig", published_at=None)
    ExchangeFactory(
        name_sv="Körresa", for_associations=True, how_to_join_sv="Skriv före maj.",
        cost_sv="Staden betalar resan.", towns=[town, hidden],
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
    assert "<dt>Kostnad och bidrag</dt><dd>Staden betalar resan.</dd>" in associations
    assert "<dt>Sista dag</dt>" not in associations  # not filled in
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


def test_a_planned_agreement_waits_for_its_day(client: Client, fronts: None) -> None:
    home, grabow, dainville = TownFactory(home=True), TownFactory(name_sv="Grabow"), TownFactory(name_sv="Dainville")
    PartnershipFactory(town_a=home, town_b=grabow, since=date(2150, 1, 1))
    PartnershipFactory(town_a=home, town_b=dainville, since=date(1990, 1, 1), until=date(2001, 1, 1))
    PartnershipFactory(town_a=home, town_b=dainville, kind="friendship", since=date(2160, 1, 1))
    for path in ("/vanorter/", grabow.get_absolute_url(), dainville.get_absolute_url()):
        html = client.get(path).content.decode()
        assert "2150" not in html
        assert "2160" not in html
    assert "vänortsavtal 1990–2001" in client.get("/vanorter/").content.decode()


def test_a_post_where_none_is_taken_is_refused_in_our_own_words(fronts: None) -> None:
    for path, language, words in (
        ("/de/", "de", "Gehen Sie zurück"),
        ("/data/networks.json", "sv", "Gå tillbaka och försök igen"),
        ("/sitemap.xml", "sv", "Gå tillbaka och försök igen"),
    ):
        response = Client(enforce_csrf_checks=True).post(path)
        html = response.content.decode()
        assert response.status_code == 403
        assert f'<html lang="{language}">' in html
        assert words in html
        assert "DEBUG" not in html


def test_a_network_without_picture_or_facts_leaves_no_empty_box(client: Client, fronts: None) -> None:
    network = NetworkFactory()
    assert 'class="feature"' in client.get("/").content.decode()
    assert 'class="facts"' not in client.get(network.get_absolute_url()).content.decode()
    FactFactory(network=network)
    assert 'class="facts"' in client.get(network.get_absolute_url()).content.decode()


def test_focus_areas_count_what_is_public(client: Client, fronts: None) -> None:
    area = FocusAreaFactory(name_sv="avfall")
    ProjectFactory(network=NetworkFactory(focus_areas=[area])).focus_areas.add(area)
    ProjectFactory(network=NetworkFactory(published_at=None, focus_areas=[area])).focus_areas.add(area)
    for _ in range(2):
        ExchangeFactory().focus_areas.add(area)
    assert "1 projekt, 2 utbyten" in client.get("/fokusomraden/").content.decode()


def test_one_town_is_told_in_the_singular(client: Client, fronts: None) -> None:
    home, twin, wider = TownFactory(home=True), TownFactory(), TownFactory(introduction_sv="Grabow i Tyskland")
    PartnershipFactory(town_a=home, town_b=twin)
    PartnershipFactory(town_a=twin, town_b=wider)
    towns = read(client.get("/").content.decode())
    assert "samarbete med en vänort:" in towns
    assert "Den orten har i sin tur andra vänorter, " in towns
    assert "Det är Grabow i Tyskland." in towns


def test_a_town_shows_the_agreement_in_force_not_the_one_before(client: Client, fronts: None) -> None:
    """As it went in reality: a twinning ended, a friendship without a known year followed."""
    home, borken = TownFactory(home=True), TownFactory(name_sv="Borken")
    PartnershipFactory(town_a=home, town_b=borken, since=date(1997, 1, 1), until=date(2020, 6, 17))
    PartnershipFactory(town_a=home, town_b=borken, kind="friendship")
    html = client.get("/vanorter/").content.decode()
    card = html[html.index("Vänskapsstäder</h2>") : html.index('id="avtal"')]
    assert "vänskapsförklaring" in card
    assert "1997" not in card
    assert "1997–2020" in html[html.index("Tidigare avtal") :]


def test_left_network_is_not_shown_as_current(client: Client, fronts: None) -> None:
    area = FocusAreaFactory(slug="miljo")
    NetworkFactory(slug="kvar", name_sv="Kvar", focus_areas=[area])
    NetworkFactory(slug="borta", name_sv="Borta", focus_areas=[area], member_until=date(2020, 1, 1))
    html = client.get("/fokusomraden/miljo/").content.decode()
    assert html.index("Kvar") < html.index("Tidigare nätverk") < html.index("Borta")
    assert "Borta (tidigare)" in client.get("/fokusomraden/").content.decode()
    assert "Mölndal var medlem" in client.get("/natverk/borta/").content.decode()
    assert "Borta" not in client.get("/").content.decode()


def test_towns_section_without_towns_shows_contact(client: Client, seeded: None) -> None:
    Partnership.objects.update(until=date(2020, 1, 1), since=None)
    html = client.get("/").content.decode()
    assert "Kommunstyrelsen och dess arbetsutskott" in html
    assert "Dessa orter" not in html


def test_the_association_is_linked_once_its_address_is_known(client: Client, seeded: None) -> None:
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


def test_area_with_one_card_is_a_section_of_the_list(client: Client, fronts: None) -> None:
    area = FocusAreaFactory(name_sv="turism", slug="turism")
    NetworkFactory(name_sv="Eurotowns", slug="eurotowns", focus_areas=[area])
    assert client.get("/fokusomraden/turism/").headers["Location"] == "/fokusomraden/#turism"
    html = client.get("/fokusomraden/").content.decode()
    section = html[html.index('<li class="card" id="turism">') :]
    section = section[: section.index("</li>")]
    assert "turism</span></h2>" in section
    assert 'href="/natverk/eurotowns/">Eurotowns</a>' in section
    assert 'href="/fokusomraden/turism/"' not in html


@pytest.mark.parametrize("more", ["network", "text", "news"])
def test_area_with_more_than_one_card_has_a_page(client: Client, fronts: None, more: str) -> None:
    area = FocusAreaFactory(name_sv="turism", slug="turism", body_sv="<p>Om turism.</p>" if more == "text" else "")
    NetworkFactory(focus_areas=[area])
    if more == "network":
        NetworkFactory(focus_areas=[area])
    if more == "news":
        ArticleFactory(about={"focus_areas": [area]})
    assert client.get("/fokusomraden/turism/").status_code == 200
    assert 'href="/fokusomraden/turism/"' in client.get("/fokusomraden/").content.decode()


def test_section_on_a_later_part_of_the_list_is_found(client: Client, fronts: None) -> None:
    areas = [FocusAreaFactory(name_sv=f"område {n:02}") for n in range(26)]
    assert client.get(areas[25].get_absolute_url()).headers["Location"] == f"/fokusomraden/sida/2/#{areas[25].slug}"
