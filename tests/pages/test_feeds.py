"""The feed of changes: the newest public pages, in the reader's language; texts are escaped."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from networks.models import Network
from tests.factories import HIDDEN, LONG_AGO, FocusAreaFactory, NetworkFactory, PageFactory, TownFactory

pytestmark = pytest.mark.django_db
CODES = [code for code, _name in settings.LANGUAGES]
ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read(client: Client, language: str = "sv") -> ElementTree.Element:
    with translation.override(language):
        return ElementTree.fromstring(client.get(reverse("feed")).content)


def titles(feed: ElementTree.Element) -> list[str]:
    return [entry.findtext("a:title", "", ATOM) for entry in feed.findall("a:entry", ATOM)]


def test_each_language_has_its_own(client: Client, seeded: None) -> None:
    for language in CODES:
        feed = read(client, language)
        assert feed.get(LANG) == language
        with translation.override(language):
            addresses = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
            assert addresses["self"] == f"{settings.SITE_URL}{reverse('feed')}"
            sern = reverse("network", args=["sern"])
        entries = feed.findall("a:entry", ATOM)
        links = [entry.find("a:link", ATOM).get("href") for entry in entries]  # type: ignore[union-attr]
        assert f"{settings.SITE_URL}{sern}" in links
        identities = {entry.findtext("a:id", "", ATOM) for entry in entries}
        assert len(identities) == len(entries) <= 30
        assert all(identity.startswith("tag:molndal.se,2026:") for identity in identities)
        for moment in (feed.findtext("a:updated", "", ATOM), entries[0].findtext("a:updated", "", ATOM)):
            assert datetime.fromisoformat(moment).utcoffset() is not None


def test_the_newest_thirty_newest_first(client: Client) -> None:
    networks = [NetworkFactory() for _number in range(32)]
    for number, network in enumerate(networks):
        moment = LONG_AGO + timedelta(days=1 + number)
        Network.objects.filter(pk=network.pk).update(updated_at=moment)
    feed = read(client)
    assert titles(feed) == [network.name for network in reversed(networks[2:])]
    assert feed.findtext("a:updated", "", ATOM) == feed.findtext("a:entry/a:updated", "", ATOM)


def test_what_was_written_before_is_new_when_it_is_published(client: Client) -> None:
    first, second = NetworkFactory(), NetworkFactory()
    Network.objects.update(updated_at=LONG_AGO)
    Network.objects.filter(pk=first.pk).update(published_at=datetime(2022, 1, 1, tzinfo=UTC))
    assert titles(read(client)) == [first.name, second.name]


def test_nothing_unpublished(client: Client) -> None:
    for factory in (PageFactory, NetworkFactory, TownFactory, FocusAreaFactory):
        for hidden in HIDDEN:
            factory(**hidden)
    assert titles(read(client)) == []


def test_an_entry_keeps_its_identity_when_its_address_changes(client: Client) -> None:
    network = NetworkFactory()
    before = read(client).findtext("a:entry/a:id", "", ATOM)
    network.slug = "annan"
    network.save()
    assert read(client).findtext("a:entry/a:id", "", ATOM) == before
    assert read(client, "en").findtext("a:entry/a:id", "", ATOM) != before


def test_any_text_is_readable(client: Client) -> None:
    NetworkFactory(name_sv="A & <b> \x0b\x1f\ufffe\U0001f389", summary_sv="1 < 2 & ]]> \x00"[:-1] + "\x08")
    entry = read(client).find("a:entry", ATOM)
    assert entry is not None
    assert entry.findtext("a:title", "", ATOM) == "A & <b> \U0001f389"
    # Said to be HTML, so written as such.
    assert entry.findtext("a:summary", "", ATOM).rstrip() == "1 &lt; 2 &amp; ]]&gt;"


def test_swedish_that_stands_in_is_marked(client: Client) -> None:
    NetworkFactory(summary_sv="På svenska", summary_en="")
    assert read(client, "en").find("a:entry", ATOM).get(LANG) == "sv"  # type: ignore[union-attr]
    assert read(client, "sv").find("a:entry", ATOM).get(LANG) is None  # type: ignore[union-attr]


def test_who_holds_the_same_feed_is_told_so(client: Client, seeded: None) -> None:
    response = client.get(reverse("feed"))
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert client.get(reverse("feed"), headers={"if-none-match": response.headers["ETag"]}).status_code == 304
