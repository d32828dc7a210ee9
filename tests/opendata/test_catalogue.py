"""The catalogue for Sveriges dataportal: the same in JSON-LD and RDF/XML, and as DCAT-AP-SE demands."""

import pytest
from django.test import Client
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, Graph
from rdflib.compare import isomorphic

from pages.models import Page
from tests.pagecache.fill import fill_articles
from tests.servers import ROOT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),  # rdflib's own use of it
]
SHAPES = ROOT / "tests/data/dcat-ap-se.ttl"


def served(client: Client, name: str) -> Graph:
    form = {"catalog.jsonld": "json-ld", "catalog.rdf": "xml"}[name]
    return Graph().parse(data=client.get(f"/data/{name}").content, format=form)


def faults(graph: Graph) -> str:
    conforms, _graph, text = validate(graph, shacl_graph=Graph().parse(SHAPES))
    return "" if conforms else text


def test_both_catalogues_say_the_same(client: Client, seeded: None) -> None:
    fill_articles(1)
    xml, json = served(client, "catalog.rdf"), served(client, "catalog.jsonld")
    assert len(xml) > 300
    assert isomorphic(xml, json), sorted(xml ^ json)


def test_the_catalogue_is_as_the_portal_demands(client: Client, seeded: None) -> None:
    fill_articles(1)
    assert faults(served(client, "catalog.rdf")) == ""


@pytest.mark.parametrize("lacks", [DCAT.byteSize, DCTERMS.issued, DCTERMS.rights, DCTERMS.license, DCTERMS.publisher])
def test_what_is_missing_is_found(client: Client, seeded: None, lacks: object) -> None:
    graph = served(client, "catalog.rdf")
    graph.remove((None, lacks, None))
    assert "Less than 1 values on" in faults(graph)


def test_sizes_are_those_of_the_files(client: Client, seeded: None) -> None:
    graph = served(client, "catalog.rdf")
    for file in graph.subjects(RDF.type, DCAT.Distribution):
        size = len(client.get(f"/data/{str(file).rsplit('/', 1)[1]}").content)
        assert int(str(graph.value(file, DCAT.byteSize))) == size, file


def test_the_catalogue_was_issued_with_its_page(client: Client, seeded: None) -> None:
    page = Page.objects.get(section=Page.Section.OPEN_DATA)
    issued = {moment.toPython() for moment in served(client, "catalog.rdf").objects(None, DCTERMS.issued)}
    assert issued == {page.published_at}
