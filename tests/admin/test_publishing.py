"""Publishing, scheduling and hiding pages on their forms and in lists."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from networks.models import Network
from pages.models import OldAddress, Page
from tests.factories import FAR_OFF, LONG_AGO, NetworkFactory, PageFactory, StatementFactory, TownFactory
from tests.forms import admin_url, filled_in, refused, save
from twinning.models import Town

pytestmark = pytest.mark.django_db
NETWORKS = "/admin/networks/network/"


def add(model: Any) -> str:
    return admin_url(model, "add")


@pytest.fixture
def network() -> Network:
    return NetworkFactory(name_sv="SERN", slug="sern")


def test_new_page_is_public_when_published(editor: Client, client: Client, contact: Contact) -> None:
    assert "Spara och publicera nu" in editor.get(add(Network)).content.decode()
    editor.post(add(Network), filled_in(editor, add(Network), name_sv="Nya nätverket", slug="nya"))
    network = Network.objects.get()
    assert client.get("/natverk/nya/").status_code == 404
    save(editor, network, published_at=timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
    assert "Nya nätverket" in client.get("/natverk/nya/").content.decode()
    data = filled_in(editor, add(Network), name_sv="N", slug="n", unpublished_at="2190-06-01T12:00", _publish="1")
    assert editor.post(add(Network), data).status_code == 302
    at_once = Network.objects.get(slug="n")
    assert at_once.is_published
    assert at_once.unpublished_at is not None
    assert "Spara och publicera nu" not in editor.get(admin_url(at_once)).content.decode()


def test_pages_are_published_from_the_list(editor: Client) -> None:
    hidden, shown = NetworkFactory(published_at=None), NetworkFactory()
    data: dict[str, Any] = {"action": "unpublish_now", "_selected_action": [hidden.pk, shown.pk]}
    asked = editor.post(NETWORKS, data).content.decode()
    assert "försvinner för besökarna nu" in asked
    assert str(shown) in asked
    shown.refresh_from_db()
    assert shown.is_published
    for action, public in (("publish_now", 2), ("unpublish_now", 0)):
        response = editor.post(NETWORKS, data | {"action": action, "sure": "sure"}, follow=True)
        assert Network.objects.published().count() == public
        assert "2 sidor" in response.content.decode()


def test_hiding_a_live_page_asks_first(editor: Client, client: Client, network: Network) -> None:
    url, now = admin_url(network), "Sidan försvinner för besökarna nu"
    questions: list[tuple[dict[str, str], str]] = [
        ({"_save": "Spara", "published_at": "2150-06-01T08:00"}, "Sidan försvinner till 1 juni 2150"),
        ({"_save": "Spara", "published_at": ""}, now),
        ({"_save": "Spara", "published_at": "2020-01-01T01:00", "unpublished_at": "2021-01-01T00:00"}, now),
        ({"_unpublish": "Avpublicera"}, now),
    ]
    for data, question in questions:
        button = next(name for name in data if name.startswith("_"))
        sent = filled_in(editor, url, summary_sv="Ändrad.") | data
        answer = editor.post(url, sent)
        assert question in answer.content.decode()
        assert f'name="{button}" value="sure"' in answer.content.decode()
        assert answer.context["adminform"].form["summary_sv"].value() == "Ändrad."
        assert client.get("/natverk/sern/").status_code == 200
        editor.post(url, sent | {button: "sure"})
        network.refresh_from_db()
        assert (network.is_published, network.summary_sv) == (False, "Ändrad.")  # type: ignore[attr-defined]
        assert client.get("/natverk/sern/").status_code == 404
        assert 'name="_unpublish"' not in editor.get(url).content.decode()
        Network.objects.update(published_at=LONG_AGO, unpublished_at=None)
    planned = {"unpublished_at": "2150-06-01T08:00", "_save": "Spara"}
    assert editor.post(url, filled_in(editor, url) | planned).status_code == 302  # still there, so no question


def test_fronts_stay_published(editor: Client, client: Client, fronts: dict[str, Page]) -> None:
    start, text, home = fronts["start"], PageFactory(), TownFactory(home=True)
    assert 'name="_unpublish"' not in editor.get(admin_url(start)).content.decode()
    editor.post(admin_url(start), filled_in(editor, admin_url(start)) | {"_unpublish": "sure"})
    data = {"action": "unpublish_now", "_selected_action": [page.pk for page in (*fronts.values(), text)]}
    assert "kan inte avpubliceras" in editor.post("/admin/pages/page/", data).content.decode()
    editor.post("/admin/pages/page/", data | {"sure": "sure"})
    editor.post("/admin/twinning/town/", data | {"_selected_action": home.pk, "sure": "sure"})
    assert set(Page.objects.published()) == set(fronts.values())
    assert Town.objects.published().exists()
    assert client.get("/").status_code == 200
    assert "section" in refused(editor, start, section="")
    assert "home" in refused(editor, home, home=None)
    assert "har redan en framsida" in refused(editor, PageFactory(), section="networks")["__all__"][0]


def test_fixed_page_has_no_address_and_times(editor: Client, client: Client, fronts: dict[str, Page]) -> None:
    fixed = {
        "slug": "nytt",
        "slug_sv": "nytt",
        "position": "1",
        "published_at": "2150-01-01T00:00",
        "unpublished_at": "2150-01-01T00:00",
    }
    for item in (fronts["networks"], TownFactory(home=True), StatementFactory()):
        before = item.slug
        assert not fixed.keys() & filled_in(editor, admin_url(item)).keys()
        save(editor, item, **fixed)
        assert (item.slug, item.position, item.unpublished_at, item.is_published) == (before, 100, None, True)
    assert not OldAddress.objects.exists()
    assert client.get("/natverk/").status_code == 200


def test_page_with_an_end_cannot_become_a_front(editor: Client, contact: Contact) -> None:
    page = PageFactory(unpublished_at=FAR_OFF)
    answer = editor.post(admin_url(page), filled_in(editor, admin_url(page), section="start"))
    assert "måste alltid vara publicerad" in answer.content.decode()
    assert not Page.objects.filter(section="start").exists()


@pytest.mark.parametrize(
    ("values", "button", "told", "leads_to"),
    [
        ({}, "_save", "”SERN” är publicerad.", "/natverk/sern/"),
        ({"published_at": None}, "_save", "”SERN” är sparad. Läsarna ser den inte.", "change"),
        ({"published_at": None}, "_publish", "”SERN” är publicerad.", "/natverk/sern/"),
        ({"published_at": FAR_OFF}, "_save", "”SERN” publiceras 1 januari 2150 kl. 01.00.", "change"),
        ({}, "_unpublish", "”SERN” är avpublicerad. Läsarna ser den inte.", "change"),
    ],
)
def test_save_names_the_new_state_and_links(
    editor: Client, values: dict[str, Any], button: str, told: str, leads_to: str
) -> None:
    network = NetworkFactory(name_sv="SERN", slug="sern", **values)
    url = admin_url(network)
    posted = filled_in(editor, url)
    posted.pop("_save", None)
    html = editor.post(url, posted | {button: "sure"}, follow=True).content.decode()
    (message,) = re.findall(r'<li class="success">(.*?)</li>', html)
    assert re.sub("<[^>]+>", "", message).startswith(told)
    assert re.findall(r'href="([^"]+)"', message) == [url, url if leads_to == "change" else leads_to]
