"""Readers with an old link: led on, told that the page is gone, or told that there never was one."""

from typing import Any

import pytest
import reversion
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from reversion.models import Version

from networks.models import Network
from pages.models import OldAddress, Page
from pages.redirects import ForwardForm, answer_old_address
from tests.factories import FAR_OFF, HIDDEN, FocusAreaFactory, NetworkFactory, PageFactory, TownFactory

pytestmark = pytest.mark.django_db


def rename(item: Any, slug: str) -> None:
    """With an instance of its own, as each form has."""
    fresh = type(item).objects.get(pk=item.pk)
    fresh.slug = slug
    fresh.save()


def location(client: Client, path: str) -> str:
    """Where the address leads, or the status it is answered with."""
    response = client.get(path)
    return response.get("Location") or str(response.status_code)


def delete(item: Any, target: Any = None) -> None:
    form = ForwardForm({"target": target.key if target else ""}, page=item)
    assert form.is_valid()
    item.delete()
    form.save()


@pytest.fixture
def network(fronts: dict[str, Page]) -> Network:
    return NetworkFactory(slug="ett")  # type: ignore[no-any-return]


def test_a_renamed_page_is_found_at_its_old_address(client: Client, network: Network) -> None:
    rename(network, "tva")
    response = client.get("/natverk/ett/")
    assert (response.status_code, response["Location"]) == (301, "/natverk/tva/")
    assert response["Cache-Control"] == "no-cache"  # the page may come back to its old address
    assert location(client, "/natverk/ett/?a=1&b=%C3%A5&c=%22") == "/natverk/tva/?a=1&b=%C3%A5&c=%22"
    response = client.head("/natverk/ett/")
    assert (response.status_code, response.content) == (301, b"")
    assert client.post("/natverk/ett/").status_code == 405
    assert client.post("/Natverk/ett/").status_code == 404


def test_it_leads_on_in_every_language_for_every_kind(client: Client, fronts: dict[str, Page]) -> None:
    for factory in (NetworkFactory, TownFactory, FocusAreaFactory, PageFactory):
        item = factory(slug="gammal")
        before = []
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                before.append(item.get_absolute_url())
        rename(item, "ny")
        for path in before:
            assert location(client, path) == path.replace("gammal", "ny")


def test_after_a_second_rename_both_lead_straight_to_the_page(client: Client, network: Network) -> None:
    rename(network, "tva")
    rename(network, "tre")
    assert [location(client, f"/natverk/{slug}/") for slug in ("ett", "tva", "tre")] == [
        "/natverk/tre/",
        "/natverk/tre/",
        "200",
    ]


def test_renamed_back_it_is_found_and_nothing_goes_in_circles(client: Client, network: Network) -> None:
    rename(network, "tva")
    rename(network, "ett")
    assert [location(client, f"/natverk/{slug}/") for slug in ("ett", "tva")] == ["200", "/natverk/ett/"]
    assert list(OldAddress.objects.values_list("path", flat=True)) == ["/natverk/tva/"]


def test_two_pages_may_swap_addresses(client: Client, network: Network) -> None:
    other = NetworkFactory(slug="annat", name_sv="Det andra")
    for item, slug in ((network, "tillfallig"), (other, "ett"), (network, "annat")):
        rename(item, slug)
    assert "Det andra" in client.get("/natverk/ett/").content.decode()
    assert [location(client, f"/natverk/{slug}/") for slug in ("ett", "annat", "tillfallig")] == [
        "200",
        "200",
        "/natverk/annat/",
    ]
    rename(other, "nytt")
    assert location(client, "/natverk/ett/") == "/natverk/nytt/"


def test_an_old_address_is_found_however_it_is_written(client: Client, network: Network) -> None:
    rename(network, "tva")
    for path in ("/natverk/ETT/", "/Natverk/ett/", "/NATVERK/ETT/", "/natverk/ett", "/EN/networks/ett/"):
        response = client.get(path, follow=True)
        assert response.redirect_chain[-1] in {("/natverk/tva/", 301), ("/en/networks/tva/", 301)}, path


def test_odd_addresses_are_not_found(client: Client, network: Network) -> None:
    rename(network, "tva")
    for path in (
        *("/natverk/%F6/", "/natverk/ett%00/", "/ett%00/", "//natverk/ett/", "/natverk/ett/x/", "/natverk/ett;a/"),
        *(f"/natverk/{'e' * 3000}/", "/xx/natverk/ett/", "/natverk/tva%0d%0aSet-Cookie:a=b/", "/%/"),
    ):
        assert client.get(path).status_code == 404, path
    # As a browser would never send it; the test client would mend it, too.
    request = RequestFactory().get("/")
    for path in ("//[/", "//[x]/", "//\u2100/", "//natverk/x/", "/natverk/ett/?x", "/natverk/ett/#x"):
        request.path_info = path
        assert answer_old_address(request) is None, path


def test_a_page_that_is_not_public_is_not_told_of(client: Client, network: Network) -> None:
    rename(network, "tva")
    for hidden in HIDDEN:
        Network.objects.filter(pk=network.pk).update(**hidden)
        assert location(client, "/natverk/ett/") == "404"


def test_a_draft_leaves_no_address(fronts: dict[str, Page]) -> None:
    for hidden in (None, FAR_OFF):
        draft = NetworkFactory(published_at=hidden)
        rename(draft, f"{draft.slug}-ny")
        draft.delete()
    assert not OldAddress.objects.exists()


def test_a_front_leaves_no_address(fronts: dict[str, Page]) -> None:
    rename(fronts["networks"], "natverk")
    rename(fronts["networks"], "en-annan")
    home = TownFactory(home=True, slug="molndal")
    rename(home, "molndals-stad")
    assert not OldAddress.objects.exists()


def test_page_renamed_while_hidden_redirects_when_public(client: Client, network: Network) -> None:
    network.published_at = None
    network.save()
    rename(network, "tva")
    assert location(client, "/natverk/ett/") == "404"
    network.refresh_from_db()
    network.publish()
    network.save()
    assert location(client, "/natverk/ett/") == "/natverk/tva/"


def test_a_deleted_page_is_gone_and_says_so(client: Client, network: Network) -> None:
    rename(network, "tva")
    network.refresh_from_db()
    delete(network)
    for address in ("/natverk/ett/", "/natverk/tva/", "/en/networks/ett/", "/en/networks/tva/"):
        response = client.get(address)
        html = response.content.decode()
        assert response.status_code == client.head(address).status_code == 410
        assert response["Cache-Control"] == "no-cache"
        assert ("has been removed" if address.startswith("/en/") else "borttagen") in html
        assert 'name="robots" content="noindex"' in html


def test_a_deleted_page_may_lead_somewhere(client: Client, network: Network) -> None:
    rename(network, "tva")
    network.refresh_from_db()
    other = PageFactory(slug="i-stallet")
    delete(network, other)
    assert location(client, "/natverk/ett/") == "/om/i-stallet/"
    assert location(client, "/en/networks/tva/") == "/en/about/i-stallet/"
    rename(other, "nytt-namn")
    assert location(client, "/natverk/ett/") == "/om/nytt-namn/"
    Page.objects.filter(pk=other.pk).update(published_at=None)
    assert location(client, "/natverk/ett/") == "410"


def test_a_chain_of_deletions_leads_to_its_end(client: Client, network: Network) -> None:
    second, third = NetworkFactory(slug="andra"), NetworkFactory(slug="tredje")
    delete(network, second)
    delete(second, third)
    assert [location(client, f"/natverk/{slug}/") for slug in ("ett", "andra")] == ["/natverk/tredje/"] * 2


def test_a_recovered_page_is_at_its_addresses_again(client: Client, network: Network) -> None:
    rename(network, "tva")
    network.refresh_from_db()
    with reversion.create_revision():
        reversion.add_to_revision(network)
    delete(network, PageFactory())
    fields = Version.objects.get_deleted(Network).get().field_dict
    Network(**{name: value for name, value in fields.items() if name != "focus_areas"}).save()
    assert [location(client, f"/natverk/{slug}/") for slug in ("ett", "tva")] == ["/natverk/tva/", "200"]
    assert not OldAddress.objects.filter(path="/natverk/tva/").exists()


def test_only_own_public_pages_may_be_pointed_to(network: Network) -> None:
    hidden = NetworkFactory(published_at=None)
    for target in (
        "https://evil.example/",
        "//evil.example",
        "/natverk/",
        hidden.key,
        network.key,
        "networks.network:0",
    ):
        assert not ForwardForm({"target": target}, page=network).is_valid(), target


def test_nothing_is_asked_for_a_page_that_was_never_public(fronts: dict[str, Page]) -> None:
    assert "target" not in ForwardForm(page=NetworkFactory(published_at=None)).fields


def test_a_page_published_at_an_old_address_has_it_for_itself(client: Client, network: Network) -> None:
    rename(network, "tva")
    other = NetworkFactory(slug="ett", published_at=None)
    assert location(client, "/natverk/ett/") == "/natverk/tva/"  # until it is public
    other.published_at = timezone.now()
    other.save()
    assert location(client, "/natverk/ett/") == "200"
    assert not OldAddress.objects.exists()


def test_hidden_page_does_not_take_a_redirect(client: Client, network: Network) -> None:
    rename(network, "tva")
    ended = NetworkFactory(slug="ended", **HIDDEN[2])
    rename(ended, "ett")
    rename(ended, "ended")
    assert location(client, "/natverk/ett/") == "/natverk/tva/"


def test_an_address_typed_with_other_letters_leads_to_the_page(client: Client, fronts: dict[str, Page]) -> None:
    TownFactory(slug="borken")
    for typed, path in (
        ("/Vanorter/Borken/", "/vanorter/borken/"),
        ("/VANORTER/BORKEN?a=1", "/vanorter/borken/?a=1"),
        ("/vänorter/", "/vanorter/"),
        ("/va\u0308norter", "/vanorter/"),
        ("/sök/?q=x", "/sok/?q=x"),
        ("/Fokusområden/", "/fokusomraden/"),
        ("/de/partnerstädte/", "/de/partnerstaedte/"),
        ("/DE/Partnerstädte/borken/", "/de/partnerstaedte/borken/"),
        ("/da/søg/", "/da/soeg/"),
        ("/en/Twin-Towns/", "/en/twin-towns/"),
    ):
        answer = client.get(typed)
        assert (answer.status_code, answer.headers.get("Location")) == (301, path), typed
        assert client.get(path).status_code == 200, path
    for typed in ("/Finns-inte/", "/vanorter/finns-inte/", "/Admin/x/"):
        assert client.get(typed).status_code == 404, typed
    assert client.post("/Vanorter/").status_code == 404


def test_a_deleted_page_does_not_offer_itself(editor: Client, network: Network) -> None:
    page = editor.get(f"/admin/networks/network/{network.pk}/delete/").content.decode()
    assert '<select name="target"' in page
    assert network.key not in page
