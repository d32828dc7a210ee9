"""Open data: right, complete, only what is public, and readable by the programs it is made for."""

import csv
import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef

from opendata.datasets import DATASETS, FILES
from tests.factories import HIDDEN, ContactFactory, FocusAreaFactory, NetworkFactory, PartnershipFactory, TownFactory
from tests.pagecache.fill import fill_articles

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),  # rdflib's own use of it
]
SITE = settings.SITE_URL
CODES = [code for code, _name in settings.LANGUAGES]
ADDRESSES = [*(f"/data/{name}" for name in FILES), "/data/catalog.jsonld", "/data/catalog.rdf"]
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
# DCAT-AP-SE 3: what must and what should be said of each thing (https://docs.dataportal.se/dcat/).
ASKED_FOR = {
    DCAT.Catalog: (
        "dcterms:title dcterms:description dcterms:publisher dcat:dataset foaf:homepage dcterms:language "
        "dcterms:license dcterms:modified dcterms:spatial dcat:themeTaxonomy dcat:contactPoint"
    ),
    DCAT.Dataset: (
        "dcterms:title dcterms:description dcterms:publisher dcat:contactPoint dcat:distribution dcat:keyword "
        "dcat:theme dcat:landingPage dcterms:accessRights dcterms:accrualPeriodicity dcterms:identifier "
        "dcterms:language dcterms:modified dcterms:spatial"
    ),
    DCAT.Distribution: (
        "dcat:accessURL dcat:downloadURL dcat:mediaType dcterms:format dcterms:license dcterms:title "
        "dcterms:description dcterms:language dcterms:modified dcatap:availability"
    ),
    FOAF.Agent: "foaf:name foaf:homepage dcterms:type",
    VCARD.Organization: "vcard:fn vcard:hasEmail",
}


def get_json(client: Client, name: str) -> Any:
    return json.loads(client.get(f"/data/{name}").content)


def get_csv(client: Client) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(client.get("/data/partnerships.csv").content.decode(), newline="")))


def catalogue(client: Client) -> Graph:
    return Graph().parse(data=client.get("/data/catalog.jsonld").content, format="json-ld")


def test_networks(client: Client, seeded: None) -> None:
    networks = {network["name"]["sv"]: network for network in get_json(client, "networks.json")}
    assert set(networks) == {"Eurotowns", "SERN"}
    sern = networks["SERN"]
    assert sern["full_name"]["en"] == "Sweden Emilia-Romagna Network"
    assert networks["Eurotowns"]["full_name"] == {}  # what is empty is left out
    assert sern["website"] == "https://www.sern.eu/"
    assert sern["summary"]["en"].startswith("A network of")
    assert sern["page"]["en"] == f"{SITE}/en/networks/sern/"
    assert set(sern["page"]) == set(CODES)
    areas = networks["Eurotowns"]["focus_areas"] + sern["focus_areas"]
    environment = next(area for area in areas if area["sv"] == "miljö")
    assert environment.items() >= {"en": "the environment", "de": "Umwelt"}.items()
    assert set(environment) == set(CODES)


def test_towns_lie_where_they_are(client: Client, seeded: None) -> None:
    """RFC 7946: longitude before latitude."""
    data = get_json(client, "towns.geojson")
    assert data["type"] == "FeatureCollection"
    towns = {feature["properties"]["name"]: feature for feature in data["features"]}
    assert len(towns) == 9
    for feature in towns.values():
        assert feature["type"] == "Feature"
        assert feature["geometry"]["type"] == "Point"
        longitude, latitude = feature["geometry"]["coordinates"]
        assert -8 < longitude < 20
        assert 49 < latitude < 59
    borken = towns["Borken"]["properties"]
    assert (borken["country"], borken["relation"], borken["website"]) == ("DE", "twin", "https://www.borken.de/")
    assert borken["page_de"].startswith(f"{SITE}/de/")
    assert borken["page"] == borken["page_sv"] == f"{SITE}/vanorter/borken/"
    assert not [
        value for feature in towns.values() for value in feature["properties"].values() if isinstance(value, dict)
    ]
    assert (towns["Mölndal"]["properties"]["relation"], towns["Mölndal"]["properties"]["page"]) == ("home", None)


def test_partnerships_are_the_same_in_both_formats(client: Client, seeded: None) -> None:
    records, rows = get_json(client, "partnerships.json"), get_csv(client)
    assert len(rows) == len(records) == 15
    for record, row in zip(records, rows, strict=True):
        assert row["id"] == record["id"]
        assert row["since"] == str(record["since"] or "")
        assert row["in_force"] == str(record["in_force"]).lower() == "true"
        assert (row["town_a"], row["town_b"]) == (record["town_a"], record["town_b"])
    borken = next(row for row in rows if (row["town_a"], row["town_b"]) == ("Mölndal", "Borken"))
    assert (borken["kind"], borken["since"], borken["until"]) == ("twin", "1997", "")
    ids = {feature["id"] for feature in get_json(client, "towns.geojson")["features"]}
    assert {record["town_a_id"] for record in records} <= ids


def test_open_data_has_former_but_not_planned_agreements(client: Client) -> None:
    home = TownFactory(home=True, name_sv="Mölndal")
    PartnershipFactory(town_a=home, since=date(1980, 1, 1), until=date(2001, 5, 5))
    PartnershipFactory(town_a=home, since=timezone.localdate() + timedelta(days=1))
    (row,) = get_csv(client)
    assert (row["since"], row["until"], row["in_force"]) == ("1980", "2001", "false")
    assert len(get_json(client, "partnerships.json")) == 1


def test_nothing_unpublished(client: Client) -> None:
    home = TownFactory(home=True, name_sv="Mölndal")
    NetworkFactory(focus_areas=[FocusAreaFactory(name_sv="hemligt", **hidden) for hidden in HIDDEN])
    for hidden in HIDDEN:
        NetworkFactory(name_sv="Hemliga", **hidden)
        PartnershipFactory(town_a=home, town_b=TownFactory(name_sv="Hemlig", **hidden))
    for address in ADDRESSES:
        assert "emlig" not in client.get(address).content.decode()
    assert get_json(client, "partnerships.json") == get_csv(client) == []
    assert len(get_json(client, "networks.json")) == 1


def test_an_empty_site_has_empty_files(client: Client) -> None:
    assert get_json(client, "networks.json") == get_json(client, "partnerships.json") == get_csv(client) == []
    assert get_json(client, "news.json") == []
    assert get_json(client, "towns.geojson") == {"type": "FeatureCollection", "features": []}
    header = client.get("/data/partnerships.csv").content.decode()
    assert header == ",".join(field.name for field in DATASETS["partnerships"].fields) + "\r\n"
    assert len(list(catalogue(client).subjects(RDF.type, DCAT.Dataset))) == 4


def test_every_field_is_explained(client: Client, seeded: None) -> None:
    fill_articles(1)
    geojson = get_json(client, "towns.geojson")["features"][0]
    found = {
        "networks": set(get_json(client, "networks.json")[0]),
        "towns": {"id", *(name for name in geojson["properties"] if name[-3:-2] != "_")},
        "partnerships": set(get_json(client, "partnerships.json")[0]),
        "news": set(get_json(client, "news.json")[0]),
    }
    for name, dataset in DATASETS.items():
        assert [field.name for field in dataset.fields if field.name not in found[name]] == []
        assert found[name] == {field.name for field in dataset.fields}


def test_csv_has_no_formulas_and_json_all_text(client: Client) -> None:
    home = TownFactory(home=True)
    texts = [f'{start}cmd|"/c calc",\n1' for start in ("=", "+", "-", "@")] + ["a;=1;\t+1\n-1,@1"]
    for text in texts:
        PartnershipFactory(town_a=home, source=text, decision="§ 12, 1-3; KS 7/2026")
    rows = get_csv(client)
    assert [row["source"] for row in rows] == [f"'{text}" for text in texts[:4]] + ["a;'=1;\t'+1\n'-1,'@1"]
    assert {row["decision"] for row in rows} == {"§ 12, 1-3; KS 7/2026"}
    assert [record["source"] for record in get_json(client, "partnerships.json")] == texts


def test_any_text_is_readable(client: Client) -> None:
    name = 'A & <b> "c" \\ é\u2028🎉'
    TownFactory(name_sv=f"{name}\x0b\x1b", home=True)
    NetworkFactory(name_sv=f"{name}\x0b")
    assert get_json(client, "towns.geojson")["features"][0]["properties"]["name"] == name
    assert get_json(client, "networks.json")[0]["name"]["sv"] == name


def test_how_a_file_is_answered(client: Client, seeded: None) -> None:
    fill_articles(1)
    types = {
        "csv": "text/csv",
        "json": "application/json",
        "geojson": "application/geo+json",
        "jsonld": "application/ld+json",
        "rdf": "application/rdf+xml",
    }
    for address in ADDRESSES:
        response = client.get(address)
        assert response.headers["Content-Type"] == f"{types[address.rsplit('.', 1)[1]]}; charset=utf-8"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Last-Modified"].endswith("GMT")
        assert response.cookies == {}
        head = client.head(address)
        assert (head.status_code, head.content) == (200, b"")
        same = client.get(address, headers={"if-none-match": f'"x", {response.headers["ETag"]}'})
        assert (same.status_code, same.content) == (304, b"")
        # A date cannot tell that something was unpublished, so it decides nothing.
        later = {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}
        assert client.get(address, headers=later).status_code == 200
        assert client.post(address).status_code == 405


def test_unknown_files(client: Client, seeded: None) -> None:
    for address in ("/data/towns.csv", "/data/..%2fsettings.py", "/data/x%00.json", "/en/data/towns.geojson"):
        assert client.get(address).status_code == 404


def test_the_catalogue_says_what_the_dataportal_asks_for(client: Client, seeded: None) -> None:
    fill_articles(1)
    graph = catalogue(client)
    for kind, properties in ASKED_FOR.items():
        things = list(graph.subjects(RDF.type, kind))
        assert things, kind
        for thing in things:
            for name in properties.split():
                expanded = graph.namespace_manager.expand_curie(name)
                assert list(graph.objects(thing, expanded)), f"{thing} has no {name}"


def test_the_catalogue_leads_to_the_files(client: Client, seeded: None) -> None:
    graph = catalogue(client)
    (whole,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert {str(dataset).rsplit("#", 1)[1] for dataset in graph.objects(whole, DCAT.dataset)} == set(DATASETS)
    html = client.get("/data/").content.decode()
    for dataset in graph.objects(whole, DCAT.dataset):
        assert f'id="{str(dataset).rsplit("#", 1)[1]}"' in html
        assert Literal("Nätverk", "sv") in set(graph.objects(dataset, DCTERMS.title)) or "networks" not in dataset
    distributions = list(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(distributions) == len(FILES)
    for distribution in distributions:
        address = str(graph.value(distribution, DCAT.downloadURL))
        response = client.get(address.removeprefix(SITE))
        media_type = str(graph.value(distribution, DCAT.mediaType)).split("media-types/", 1)[1]
        assert response.headers["Content-Type"].startswith(media_type)
        assert graph.value(distribution, DCTERMS.license) == URIRef("http://creativecommons.org/publicdomain/zero/1.0/")
    # Nothing is said of a thing that is not described.
    ours = {thing for thing in graph.objects() if isinstance(thing, URIRef) and thing.startswith(f"{SITE}/data/#")}
    assert ours <= set(graph.subjects())


def test_no_person_is_in_the_files_but_the_address_to_write_to(client: Client, seeded: None) -> None:
    for address in ADDRESSES:
        text = client.get(address).content.decode()
        assert "Rignell" not in text
        assert ("cecilia.rignell@" in text) is ("/data/catalog." in address)


def test_without_a_contact_the_catalogue_names_none(client: Client) -> None:
    ContactFactory(is_main=True, email="")
    graph = catalogue(client)
    assert list(graph.subject_objects(DCAT.contactPoint)) == []


def test_the_page_explains_the_files_in_the_readers_language(client: Client, seeded: None) -> None:
    for language in CODES:
        with translation.override(language):
            html = client.get(reverse("open_data")).content.decode()
            assert f'href="{reverse("open_data")}">' in client.get(reverse("start")).content.decode()
        assert f'<html lang="{language}">' in html
        for address in ADDRESSES:
            assert f'href="{address}"' in html
    for dataset in DATASETS.values():
        for field in dataset.fields:
            assert f"<code>{field.name}</code>" in html
    assert "creativecommons.org/publicdomain/zero" in html
    assert "&quot;coordinates&quot;" in html  # an example from the file itself
