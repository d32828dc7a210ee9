"""The sitemap and robots.txt: all public pages, no other, on our own address."""

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from networks.models import Network
from pages.models import Page
from tests.factories import HIDDEN, FocusAreaFactory, NetworkFactory, PageFactory, TownFactory

pytestmark = pytest.mark.django_db
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
CODES = [code for code, _name in settings.LANGUAGES]


def read(client: Client) -> dict[str, ElementTree.Element]:
    """The sitemap's entries by address."""
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return {url.findtext("s:loc", "", NAMES): url for url in root.findall("s:url", NAMES)}


def test_every_page_answers_in_every_language(client: Client, seeded: None) -> None:
    found = read(client)
    assert len(found) == len(CODES) * (2 + 8 + 4 + 1 + Page.objects.count())
    for address, url in found.items():
        # The same languages as in the page itself, and complete.
        links = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", NAMES)}
        assert set(links) == {*CODES, "x-default"}
        assert links["x-default"] == links["sv"]
        if address in {links["sv"], links["pl"]}:
            html = client.get(address.removeprefix(settings.SITE_URL)).content.decode()
            assert f'<link rel="canonical" href="{address}">' in html
            for code, href in links.items():
                assert f'<link rel="alternate" hreflang="{code}" href="{href}">' in html


def test_the_date_is_that_of_the_last_change(client: Client) -> None:
    network = NetworkFactory(slug="sern")
    Network.objects.filter(pk=network.pk).update(updated_at=datetime(2021, 2, 3, 12, tzinfo=UTC))
    address = f"{settings.SITE_URL}/natverk/sern/"
    assert read(client)[address].findtext("s:lastmod", "", NAMES) == "2021-02-03"
    # Written earlier, published later: new to a reader when it was published.
    Network.objects.filter(pk=network.pk).update(published_at=datetime(2022, 2, 3, 12, tzinfo=UTC))
    assert read(client)[address].findtext("s:lastmod", "", NAMES) == "2022-02-03"


def test_nothing_unpublished(client: Client) -> None:
    for factory in (PageFactory, NetworkFactory, TownFactory, FocusAreaFactory):
        for hidden in HIDDEN:
            factory(**hidden)
    assert read(client) == {}


def test_the_host_header_is_not_believed(client: Client, seeded: None, settings: Any) -> None:
    """Pages and files are kept for all readers, so addresses in them are built on SITE_URL."""
    settings.ALLOWED_HOSTS = ["*"]
    for path in (
        *("/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/andringar/", "/data/networks.json"),
        *("/data/towns.geojson", "/data/catalog.jsonld", "/data/", "/", "/vanorter/borken/", "/en/networks/sern/"),
        reverse("vcard", args=[Contact.objects.get().pk]),
    ):
        response = client.get(path, headers={"host": "evil.example"})
        assert response.status_code == 200, path
        assert b"evil" not in response.content, path


def test_robots_find_the_sitemap_and_keep_off_the_admin(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "",
        "Sitemap: http://127.0.0.1:8000/sitemap.xml",
    ]


def test_who_holds_the_same_file_is_told_so(client: Client, seeded: None) -> None:
    first = client.get("/sitemap.xml")
    etag = first.headers["ETag"]
    again = client.get("/sitemap.xml", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    Network.objects.get(slug="sern").delete()
    assert client.get("/sitemap.xml", headers={"if-none-match": etag}).status_code == 200
