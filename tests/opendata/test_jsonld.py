"""JSON-LD and Open Graph data of pages: true, valid, and escaped."""

import json
import re
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pages.models import Page
from pages.sitemaps import ContentSitemap
from tests.factories import ContactFactory, FocusAreaFactory, NetworkFactory, TownFactory
from tests.pagecache.fill import fill_articles

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL
CODES = [code for code, _name in settings.LANGUAGES]
VOCABULARY = json.loads((Path(__file__).parents[1] / "data/schemaorg.json").read_text("utf-8"))
DATA_TYPES = {"Text": str, "URL": str, "Date": str, "DateTime": str, "Number": int | float, "Integer": int}


def every_address(language: str) -> list[str]:
    with translation.override(language):
        return [item.get_absolute_url() for item in ContentSitemap().items()]


def script(client: Client, path: str) -> str:
    (found,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(path).content.decode(), re.S
    )
    return str(found)


def read(client: Client, path: str) -> dict[str, dict[str, Any]]:
    """A page's nodes by their type."""
    data = json.loads(script(client, path))
    assert data["@context"] == "https://schema.org"
    return {node["@type"]: node for node in data["@graph"]}


def meta(html: str) -> dict[str, str]:
    return {
        name: unescape(text) for name, text in re.findall(r'<meta (?:name|property)="([^"]+)" content="(.*?)"', html)
    }


def assert_valid(value: Any, expected: list[str], path: str) -> None:
    """Check a value, and all that is in it, against the types that the vocabulary expects there."""
    if isinstance(value, list):
        for part in value:
            assert_valid(part, expected, path)
    elif isinstance(value, dict) and set(value) == {"@id"}:
        assert value["@id"].startswith(f"{SITE}/"), path
    elif isinstance(value, dict):
        kind = VOCABULARY["types"][value["@type"]]
        assert set(kind["is"]) & set(expected), f"{path} is a {value['@type']}, not {expected}"
        for name, part in value.items():
            if not name.startswith("@"):
                assert name in kind["properties"], f"{path} has no {name}"
                assert_valid(part, VOCABULARY["expects"][name], f"{path}/{name}")
    else:
        allowed = [DATA_TYPES[name] for name in expected if name in DATA_TYPES]
        # Thing and its kinds may be named by a plain address.
        allowed += [str] if str(value).startswith("http") else []
        assert any(isinstance(value, kind) for kind in allowed), f"{path}: {value!r} is not {expected}"
        assert value != "", path


def test_every_page_is_valid_in_the_vocabulary(client: Client, seeded: None) -> None:
    fill_articles(3)
    addresses = every_address("sv")
    assert len(addresses) > 25
    for path in addresses:
        text = script(client, path)
        nodes = json.loads(text)["@graph"]
        assert_valid(nodes, ["Thing"], path)
        identities = {node["@id"] for node in nodes}
        named = set(re.findall(r'\{"@id": "([^"]+)"\}', text))
        assert named <= identities  # nothing leads to a node that is not there


def test_a_towns_page(client: Client, seeded: None) -> None:
    nodes = read(client, "/vanorter/ricany/")
    page, town = nodes["WebPage"], nodes["City"]
    assert (page["name"], page["inLanguage"], page["url"]) == ("Říčany", "sv", f"{SITE}/vanorter/ricany/")
    assert page["description"].startswith("Říčany och Mölndal:")
    assert page["about"] == {"@id": town["@id"]}
    assert town["sameAs"] == "https://www.ricany.cz/"
    assert town["geo"]["latitude"] == pytest.approx(49.99, abs=0.02)
    assert town["containedInPlace"]["name"] == "Tjeckien"
    assert [(item["position"], item["name"], item["item"]) for item in nodes["BreadcrumbList"]["itemListElement"]] == [
        (1, "Startsidan", f"{SITE}/"),
        (2, "Vänorter", f"{SITE}/vanorter/"),
        (3, "Říčany", f"{SITE}/vanorter/ricany/"),
    ]
    assert nodes["GovernmentOrganization"]["contactPoint"] == {
        "@type": "ContactPoint",
        "name": "Cecilia Rignell",
        "contactType": "Internationell samordnare",
        "telephone": "+46313151313",
        "email": "cecilia.rignell@molndal.se",
    }


def test_a_networks_page(client: Client, seeded: None) -> None:
    network = read(client, "/en/networks/sern/")["Organization"]
    assert network["name"] == "SERN"
    assert network["alternateName"] == "Sweden Emilia-Romagna Network"
    assert network["url"] == "https://www.sern.eu/"
    bare = NetworkFactory(slug="bar", founded=1991)
    assert read(client, bare.get_absolute_url())["Organization"] == {
        "@type": "Organization",
        "@id": f"{SITE}/natverk/bar/#network",
        "name": bare.name,
        "foundingDate": "1991",
    }


def test_the_date_is_the_one_readers_see(client: Client, seeded: None) -> None:
    html = client.get("/natverk/sern/").content.decode()
    shown = re.search(r'<time datetime="([^"]+)"', html)
    modified = datetime.fromisoformat(read(client, "/natverk/sern/")["WebPage"]["dateModified"])
    assert shown
    assert str(modified.date()) == shown[1]
    assert modified.utcoffset() is not None


def test_a_page_without_a_contact(client: Client) -> None:
    assert "contactPoint" not in read(client, NetworkFactory().get_absolute_url())["GovernmentOrganization"]
    ContactFactory(name="Växeln", phone="", email="", is_main=True)
    city = read(client, NetworkFactory().get_absolute_url())["GovernmentOrganization"]
    assert city["contactPoint"] == {"@type": "ContactPoint", "name": "Växeln"}


def test_no_text_can_end_the_script(client: Client) -> None:
    name = '</script><script>alert(1)</script><!-- & "\u2028'
    network = NetworkFactory(name_sv=name, summary_sv=name, full_name_sv="]]>")
    text = script(client, network.get_absolute_url())
    assert not set("<>&\u2028") & set(text)
    assert read(client, network.get_absolute_url())["Organization"]["name"] == name
    html = client.get(network.get_absolute_url()).content.decode()
    assert html.count("<script") == 2  # site.js and the data
    assert meta(html)["og:title"] == f"{name} – ]]>"


def test_a_shared_link_shows_the_page(client: Client, seeded: None) -> None:
    found = meta(client.get("/en/networks/sern/").content.decode())
    assert found["og:title"] == "SERN – Sweden Emilia-Romagna Network"
    assert found["og:description"] == found["description"]
    assert found["og:url"] == f"{SITE}/en/networks/sern/"
    assert (found["og:locale"], found["og:type"]) == ("en_GB", "website")
    assert found["twitter:card"] == "summary_large_image"
    picture = client.get(found["og:image"].removeprefix(SITE))
    assert picture.headers["Content-Type"] == "image/png"


def test_open_graph_names_each_language_with_its_country(client: Client, seeded: None) -> None:
    locales = []
    for code in CODES:
        with translation.override(code):
            locales.append(meta(client.get(reverse("start")).content.decode())["og:locale"])
    assert locales == ["sv_SE", "en_GB", "da_DK", "de_DE", "it_IT", "pl_PL", "cs_CZ", "fr_FR"]


def test_titles_and_descriptions_are_there_and_unique(client: Client, seeded: None) -> None:
    titles, descriptions = {}, {}
    languages = ("sv", "en", "pl")
    for path in (path for language in languages for path in every_address(language)):
        html = client.get(path).content.decode()
        (title,) = re.findall(r"<title>(.*?)</title>", html, re.S)
        titles[path], descriptions[path] = unescape(title), meta(html)["description"]
    for language in languages:
        addresses = every_address(language)
        for texts, shortest, longest in ((titles, 10, 70), (descriptions, 25, 200)):
            assert len({texts[path] for path in addresses}) == len(addresses), language
            for path in addresses:
                assert shortest <= len(texts[path]) <= longest, f"{path}: {texts[path]}"


def test_what_has_no_summary_is_still_described(client: Client) -> None:
    for item in (
        NetworkFactory(summary_sv="", name_sv="Nätet"),
        FocusAreaFactory(name_sv="nätet", body_sv="<p>Text.</p>"),
        TownFactory(name_sv="Nätet"),
    ):
        assert "nätet" in meta(client.get(item.get_absolute_url()).content.decode())["description"].lower()
    assert Page(title_sv="Om oss").description == "Om oss"
