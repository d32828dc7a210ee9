"""The coordinator's forms: what she may type, what she is told, and what readers then see."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from networks.models import Fact, Network, Project
from pages.models import OldAddress, Page
from tests.factories import (
    FAR_OFF,
    LONG_AGO,
    ContactFactory,
    ExchangeFactory,
    FactFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    ProjectFactory,
    StatementFactory,
    TownFactory,
)
from tests.forms import SAME_ORIGIN, errors, filled_in
from tests.publishing.test_images import picture
from twinning.models import Partnership, Town

pytestmark = pytest.mark.django_db
OURS = [
    m
    for m in admin.site._registry
    if m._meta.app_label in {"contacts", "networks", "twinning", "accessibility", "pages", "feedback"}
]


def change(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def add(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def test_everything_has_a_place_in_the_admin(editor: Client) -> None:
    assert {model.__name__ for model in OURS} == {
        "Contact", "FocusArea", "Network", "Town", "Partnership", "Exchange", "Page", "Answer", "Statement",
            "Retention", "Purge", "OldAddress",
    }  # fmt: skip
    html = editor.get("/admin/").content.decode()
    for model in OURS:
        assert str(model._meta.verbose_name_plural).capitalize() in html
    assert '<html lang="sv"' in html


def test_lists_cost_the_same_with_three_rows_as_with_one(editor: Client, seeded: None) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(url).status_code == 200
        return len(captured)

    for factory in (ContactFactory, FocusAreaFactory, NetworkFactory, TownFactory, PartnershipFactory, ExchangeFactory):
        model = factory._meta.model
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        factory()
        once = queries(url)
        factory.create_batch(3)
        assert queries(url) == once, model


def test_a_form_asks_as_often_for_many_parts_as_for_one(editor: Client) -> None:
    home, network = TownFactory(home=True), NetworkFactory()

    def parts(number: int) -> None:
        for _ in range(number):
            PartnershipFactory(town_a=home, town_b=TownFactory())
            ProjectFactory(network=network).focus_areas.set([FocusAreaFactory(), FocusAreaFactory()])
            FactFactory(network=network)

    def queries(obj: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(change(obj)).status_code == 200
        return len(captured)

    parts(1)
    [queries(home), queries(network)]  # content types are remembered from now on
    few = [queries(home), queries(network)]
    parts(10)
    assert [queries(home), queries(network)] == few


def test_the_parts_of_a_form_name_what_is_chosen(editor: Client) -> None:
    network, areas = NetworkFactory(), [FocusAreaFactory(name_sv=name) for name in ("avfall", "skola", "turism")]
    for chosen in (areas[:2], areas[2:], []):
        ProjectFactory(network=network).focus_areas.set(chosen)
    html = editor.get(change(network)).content.decode()
    found = re.findall(r'<select name="projects-(\w+)-focus_areas".*?</select>', html, re.DOTALL)
    assert found == ["0", "1", "2", "__prefix__"]
    options = [
        re.findall(r"<option[^>]*selected>([^<]*)</option>", part)
        for part in re.findall(r'<select name="projects-\w+-focus_areas".*?</select>', html, re.DOTALL)
    ]
    assert options == [["avfall", "skola"], ["turism"], [], []]


def test_list_search_knows_the_letters(editor: Client) -> None:
    for name in ("Říčany", "Bolków", "Örebro", "Århus"):
        TownFactory(name_sv=name, slug=f"t{len(name)}{ord(name[0])}")
    for typed, found in {
        "ricany": "Říčany",
        "ŘÍČANY": "Říčany",
        "bolkow": "Bolków",
        "ÖREBRO": "Örebro",
        "århus": "Århus",
    }.items():
        html = editor.get("/admin/twinning/town/", {"q": typed}).content.decode()
        assert f">{found}</a>" in html
        assert "1 stad" in html


@pytest.mark.parametrize(("status", "name"), [("public", "Ute"), ("planned", "Snart"), ("hidden", "Borta")])
def test_lists_are_filtered_by_status(editor: Client, status: str, name: str) -> None:
    NetworkFactory(name_sv="Ute")
    NetworkFactory(name_sv="Snart", published_at=timezone.now() + timezone.timedelta(days=1))
    NetworkFactory(name_sv="Borta", published_at=None)
    html = editor.get("/admin/networks/network/", {"status": status}).content.decode()
    assert [found for found in ("Ute", "Snart", "Borta") if f">{found}</a>" in html] == [name]


@pytest.mark.parametrize(("relation", "name"), [("twin", "Vän"), ("former", "Förr"), ("none", "Ingen")])
def test_towns_are_filtered_by_what_they_are(editor: Client, relation: str, name: str) -> None:
    home = TownFactory(name_sv="Mölndal", home=True)
    PartnershipFactory(town_a=home, town_b=TownFactory(name_sv="Vän"))
    PartnershipFactory(town_a=home, town_b=TownFactory(name_sv="Förr"), until=timezone.localdate())
    TownFactory(name_sv="Ingen")
    html = editor.get("/admin/twinning/town/", {"relation": relation}).content.decode()
    assert [found for found in ("Vän", "Förr", "Ingen") if f">{found}</a>" in html] == [name]


def test_publishing_from_the_list(editor: Client) -> None:
    hidden, shown = NetworkFactory(published_at=None), NetworkFactory()
    for action, public in (("publish_now", 2), ("unpublish_now", 0)):
        data = {"action": action, "_selected_action": [hidden.pk, shown.pk], "sure": "sure"}
        response = editor.post("/admin/networks/network/", data, follow=True)
        assert Network.objects.published().count() == public
        assert "2 sidor" in response.content.decode()
    shown.refresh_from_db()
    assert shown.published_at is None


@pytest.fixture
def network() -> Network:
    network = NetworkFactory(name_sv="SERN", slug="sern")
    ProjectFactory(network=network)
    FactFactory(network=network)
    for model in (Network, Project, Fact):
        model.objects.update(updated_at=LONG_AGO)
    return network


def moved(network: Network) -> bool:
    network.refresh_from_db()
    return network.updated_at > LONG_AGO


def test_a_corrected_text_is_public_and_dated(editor: Client, client: Client, network: Network) -> None:
    url = change(network)
    response = editor.post(url, filled_in(editor, url, body_sv="<p>Rättad text.</p>"))
    assert response.status_code == 302
    assert moved(network)
    assert "Rättad text." in client.get("/natverk/sern/").content.decode()


def test_a_minor_change_is_public_and_not_dated(editor: Client, network: Network) -> None:
    url = change(network)
    editor.post(url, filled_in(editor, url, body_sv="<p>Rättad text.</p>", minor_change="on"))
    assert not moved(network)
    assert network.body_sv == "<p>Rättad text.</p>"  # type: ignore[attr-defined]


def test_saving_without_a_change_is_not_dated(editor: Client, network: Network) -> None:
    url = change(network)
    assert editor.post(url, filled_in(editor, url)).status_code == 302
    assert not moved(network)


@pytest.mark.parametrize(
    "changes",
    [{"projects-0-DELETE": "on"}, {"facts-0-value_sv": "19 städer"}],
)
def test_a_changed_part_dates_the_page(editor: Client, network: Network, changes: dict[str, str]) -> None:
    url = change(network)
    assert editor.post(url, filled_in(editor, url, **changes)).status_code == 302
    assert moved(network)


def test_a_changed_list_of_areas_dates_the_page(editor: Client, network: Network) -> None:
    url = change(network)
    editor.post(url, filled_in(editor, url, focus_areas=[FocusAreaFactory().pk]))
    assert moved(network)


def test_new_network_is_unpublished_until_published(editor: Client, client: Client, fronts: object) -> None:
    data = filled_in(editor, add(Network), name_sv="Nya nätverket", slug="nya")
    response = editor.post(add(Network), data)
    assert response.status_code == 302, errors(response)
    network = Network.objects.get()
    assert client.get("/natverk/nya/").status_code == 404
    url = change(network)
    now = timezone.localtime()
    editor.post(url, filled_in(editor, url, published_at=now.strftime("%Y-%m-%dT%H:%M")))
    assert "Nya nätverket" in client.get("/natverk/").content.decode()


def test_a_new_network_may_be_published_at_once(editor: Client, client: Client, contact: Contact) -> None:
    assert "Spara och publicera nu" in editor.get(add(Network)).content.decode()
    data = filled_in(editor, add(Network), name_sv="Nya nätverket", slug="nya", _publish="1")
    assert editor.post(add(Network), data).status_code == 302
    assert "Nya nätverket" in client.get("/natverk/nya/").content.decode()
    assert "Spara och publicera nu" not in editor.get(change(Network.objects.get())).content.decode()


def test_an_uploaded_logo_is_shown_to_editor_and_reader(editor: Client, client: Client, network: Network) -> None:
    url = change(network)
    upload = SimpleUploadedFile("logga.png", picture("PNG"))
    response = editor.post(url, filled_in(editor, url, image=upload, image_alt_sv="SERNs logga"))
    assert response.status_code == 302
    network.refresh_from_db()
    assert (network.image_width, network.image_height) == (60, 40)
    assert f'src="{network.image.url}"' in editor.get(url).content.decode()
    html = client.get("/natverk/sern/").content.decode()
    assert f'src="{network.image.url}"' in html
    assert 'width="60" height="40" alt="SERNs logga"' in html
    served = client.get(network.image.url)
    assert b"".join(served.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    served.close()


def test_decoration_is_passed_over_by_screen_readers(editor: Client, client: Client, network: Network) -> None:
    url = change(network)
    upload = SimpleUploadedFile("logga.png", picture("PNG"))
    editor.post(url, filled_in(editor, url, image=upload, image_decorative="on"))
    assert 'width="60" height="40" alt=""' in client.get("/natverk/sern/").content.decode()


HTML = '<p>Text</p><p><a href="https://sern.eu/">Länk</a></p>'


BAD_INPUT: list[tuple[str, Any, str]] = [
    ("image", SimpleUploadedFile("x.png", picture("PNG")[:60]), "går inte att läsa som bild"),
    ("image", SimpleUploadedFile("x.heic", b"\x00\x00\x00\x18ftypheic"), "går inte att läsa som bild"),
    ("image", SimpleUploadedFile("x.svg", b"<svg/>"), "går inte att läsa som bild"),
    ("name_sv", "", "måste fyllas i"),
    ("name_sv", "x" * 121, "120"),
    ("name_sv", "nul\x00", "inte tillåtna"),
    ("slug", "snögubbe ☃", "bokstäver"),
    ("slug", "fest-🎉", "bokstäver"),
    ("website", "inte en adress", "Skriv en webbadress"),
    ("website", "javascript:alert(1)", "Skriv en webbadress"),
    ("founded", "många", "heltal"),
    ("member_from", "i fjol", "datum"),
    ("published_at", "i morgon", "datum"),
    ("facts-0-as_of", "", "måste fyllas i"),
    ("projects-0-started", "-5", "0"),
]


def test_bad_input_is_explained_and_the_rest_is_kept(editor: Client, network: Network) -> None:
    url = change(network)
    sent = filled_in(editor, url, summary_sv="Det jag skrev.", body_sv=HTML)
    for field, value, message in BAD_INPUT:
        response = editor.post(url, sent | {field: value})
        assert response.status_code == 200, (field, value)
        found = errors(response)
        assert message in " ".join(found[field])
        assert len(found) == 1, (field, value)
        html = response.content.decode()
        assert "Det jag skrev." in html
        assert "Länk" in html
    network.refresh_from_db()
    assert network.summary_sv == "Ett nätverk."  # type: ignore[attr-defined]


def test_a_logo_without_words_is_refused(editor: Client, network: Network) -> None:
    url = change(network)
    response = editor.post(url, filled_in(editor, url, image=SimpleUploadedFile("x.png", picture("PNG"))))
    assert "Beskriv bilden" in errors(response)["image_alt_sv"][0]


def test_a_window_that_ends_before_it_starts_is_refused(editor: Client, network: Network) -> None:
    url = change(network)
    response = editor.post(url, filled_in(editor, url, unpublished_at="2019-01-01T00:00"))
    assert "kan inte avpubliceras innan" in errors(response)["unpublished_at"][0]


def test_a_membership_that_ends_before_it_starts_is_refused(editor: Client, network: Network) -> None:
    url = change(network)
    response = editor.post(url, filled_in(editor, url, member_from="2005", member_until="2003"))
    assert "Medlemskapet kan inte ta slut" in errors(response)["member_until"][0]


def test_a_wrong_contact_is_refused(editor: Client, contact: Contact) -> None:
    url = change(contact)
    sent = filled_in(editor, url, unit_sv="Ny enhet")
    for field, value in {"phone": "ring mig", "email": "cecilia@", "name": ""}.items():
        response = editor.post(url, sent | {field: value})
        assert list(errors(response)) == [field]
        assert "Ny enhet" in response.content.decode()


def test_the_main_contact_is_handed_over_on_the_form(editor: Client, contact: Contact) -> None:
    other, url = ContactFactory(), change(contact)
    response = editor.post(url, {**filled_in(editor, url), "is_main": ""})
    assert list(errors(response)) == ["is_main"]
    editor.post(change(other), filled_in(editor, change(other), is_main="on"))
    assert list(Contact.objects.filter(is_main=True)) == [other]
    editor.post(add(Contact), filled_in(editor, add(Contact), name="Tredje", is_main="on"))
    assert Contact.objects.get(is_main=True).name == "Tredje"


def test_handing_over_to_a_successor_is_one_edit(editor: Client, client: Client, seeded: None) -> None:
    url = change(Contact.objects.get())
    editor.post(url, filled_in(editor, url, name="Ny Samordnare", email="ny@molndal.se"))
    for path in ("/", "/natverk/sern/", "/vanorter/borken/", "/kontakt/"):
        html = client.get(path).content.decode()
        assert "Ny Samordnare" in html
        assert "Cecilia" not in html


def test_text_is_cleaned_when_it_is_saved(editor: Client, network: Network) -> None:
    url = change(network)
    editor.post(
        url,
        filled_in(
            editor,
            url,
            body_sv='<p class="MsoNormal">Hej<script>x</script> <a href="/kontakt/" onclick="x()">du</a></p>',
        ),
    )
    network.refresh_from_db()
    assert network.body_sv == '<p>Hej <a href="/kontakt/">du</a></p>'  # type: ignore[attr-defined]


def test_a_section_has_one_front(editor: Client, fronts: dict[str, Page]) -> None:
    page = PageFactory()
    response = editor.post(change(page), filled_in(editor, change(page), section="networks"))
    assert "har redan en framsida" in errors(response)["__all__"][0]


# Agreements on a town's form


@pytest.fixture
def towns() -> tuple[Town, Town]:
    """Mölndal and Borken, and their agreement since 1997."""
    home, borken = (
        TownFactory(name_sv="Mölndal", slug="molndal", home=True),
        TownFactory(name_sv="Borken", slug="borken"),
    )
    PartnershipFactory(town_a=home, town_b=borken, since=LONG_AGO.date())
    return home, borken


def row(prefix: str, **values: Any) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in values.items()}


def test_an_agreement_is_found_on_both_its_towns(editor: Client, towns: tuple[Town, Town]) -> None:
    for town, partner in (towns, towns[::-1]):
        forms = editor.get(change(town)).context["inline_admin_formsets"][0].formset.forms
        assert [form["partner"].value() for form in forms] == [partner.pk]


@pytest.mark.parametrize("side", [0, 1])
def test_saving_either_town_untouched_keeps_the_agreement(editor: Client, towns: tuple[Town, Town], side: int) -> None:
    before = Partnership.objects.values().get()
    url = change(towns[side])
    assert editor.post(url, filled_in(editor, url)).status_code == 302
    assert Partnership.objects.values().get() == before


def test_a_new_town_comes_with_its_agreement(
    editor: Client, towns: tuple[Town, Town], client: Client, fronts: object
) -> None:
    data = filled_in(
        editor,
        add(Town),
        name_sv="Ny stad",
        introduction_sv="Ny stad i Finland",
        slug="ny-stad",
        country="FI",
        latitude="60,2",
        longitude="24,9",
    )
    data |= {"partnerships-TOTAL_FORMS": 1} | row("partnerships-0", partner=towns[0].pk, kind="twin", since="2026")
    response = editor.post(add(Town), data)
    assert response.status_code == 302, errors(response)
    town = Town.objects.with_relation().get(slug="ny-stad")
    assert town.relation == "twin"
    agreement = Partnership.objects.of(town).get()
    assert agreement.since is not None
    assert agreement.since.isoformat() == "2026-01-01"
    Town.objects.filter(pk=town.pk).update(published_at=LONG_AGO)
    assert "sedan 2026" in client.get("/vanorter/ny-stad/").content.decode()


def test_a_twinning_turns_into_a_friendship_in_one_save(editor: Client, towns: tuple[Town, Town]) -> None:
    url, (home, borken) = change(towns[1]), towns
    data = filled_in(editor, url, **{"partnerships-0-until": "2020-06-17", "partnerships-TOTAL_FORMS": 2})
    data |= row("partnerships-1", partner=home.pk, kind="friendship", since="2020-06-17")
    response = editor.post(url, data)
    assert response.status_code == 302, errors(response)
    assert Town.objects.with_relation().get(pk=borken.pk).relation == "friendship"
    assert Partnership.objects.of(borken).count() == 2


def test_a_second_open_agreement_is_refused_and_explained(editor: Client, towns: tuple[Town, Town]) -> None:
    url = change(towns[1])
    data = filled_in(editor, url, **{"partnerships-TOTAL_FORMS": 2})
    data |= row("partnerships-1", partner=towns[0].pk, kind="friendship")
    response = editor.post(url, data)
    assert "har redan ett avtal som gäller" in errors(response)["partnerships-1-partner"][0]
    assert Partnership.objects.count() == 1


def test_an_agreement_that_ends_before_it_begins_is_refused(editor: Client, towns: tuple[Town, Town]) -> None:
    url = change(towns[1])
    response = editor.post(url, filled_in(editor, url, **{"partnerships-0-until": "1990"}))
    assert "kan inte upphöra innan det börjar" in errors(response)["partnerships-0-until"][0]


def test_a_town_cannot_partner_itself(editor: Client, towns: tuple[Town, Town]) -> None:
    url = change(towns[1])
    response = editor.post(url, filled_in(editor, url, **{"partnerships-0-partner": towns[1].pk}))
    assert "partnerships-0-partner" in errors(response)


def test_the_list_of_agreements_refuses_the_same(editor: Client, towns: tuple[Town, Town]) -> None:
    home, borken = towns
    data = filled_in(editor, add(Partnership), town_a=borken.pk, town_b=home.pk, kind="twin")
    assert "har redan ett avtal som gäller" in errors(editor.post(add(Partnership), data))["__all__"][0]
    data["town_b"] = borken.pk
    assert "två olika städer" in errors(editor.post(add(Partnership), data))["__all__"][0]


def test_a_town_with_agreements_is_not_deleted(editor: Client, towns: tuple[Town, Town]) -> None:
    url = reverse("admin:twinning_town_delete", args=[towns[1].pk])
    editor.post(url, {"post": "yes"})
    assert Town.objects.count() == 2
    assert "Mölndal – Borken" in editor.get(url).content.decode()


def test_answers_are_read_and_not_changed(editor: Client) -> None:
    assert editor.get("/admin/feedback/answer/").status_code == 200
    assert editor.get("/admin/feedback/answer/add/").status_code == 403


def test_visitors_are_asked_to_log_in(client: Client, network: Network) -> None:
    for url in ("/admin/", change(network), add(Town)):
        response = client.get(url)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")


def test_a_slip_in_a_year_is_explained(editor: Client, network: Network) -> None:
    url = change(network)
    for field, typed in {"published_at": "0001-01-01T00:00", "member_from": "0020-01-01", "founded": "99"}.items():
        response = editor.post(url, filled_in(editor, url, **{field: typed}))
        assert "mellan 1800 och 2199" in errors(response)[field][0]
    network.refresh_from_db()
    assert network.is_published


def test_publishing_at_once_keeps_an_end_that_was_typed(editor: Client) -> None:
    data = filled_in(editor, add(Network), name_sv="N", slug="n", unpublished_at="2190-06-01T12:00", _publish="1")
    assert editor.post(add(Network), data).status_code == 302
    network = Network.objects.get()
    assert network.is_published
    assert network.unpublished_at is not None


def test_a_minor_change_covers_the_parts(editor: Client, client: Client, contact: Contact, network: Network) -> None:
    Contact.objects.update(updated_at=LONG_AGO)
    url = change(network)
    editor.post(url, filled_in(editor, url, **{"projects-0-name_sv": "rättat", "minor_change": "on"}))
    html = client.get("/natverk/sern/").content.decode()
    assert "rättat" in html
    assert "1 januari 2020" in html


def test_a_projects_new_area_dates_the_project(editor: Client, network: Network) -> None:
    url = change(network)
    editor.post(url, filled_in(editor, url, **{"projects-0-focus_areas": [FocusAreaFactory().pk]}))
    assert Project.objects.get().updated_at > LONG_AGO


def test_the_main_contact_stays(editor: Client, contact: Contact) -> None:
    other = ContactFactory()
    assert editor.post(f"/admin/contacts/contact/{contact.pk}/delete/", {"post": "yes"}).status_code == 403
    editor.post(f"/admin/contacts/contact/{other.pk}/delete/", {"post": "yes"})
    assert list(Contact.objects.all()) == [contact]


def test_the_fronts_of_sections_stay(editor: Client, client: Client, fronts: dict[str, Page]) -> None:
    start, text = fronts["start"], PageFactory()
    assert editor.post(reverse("admin:pages_page_delete", args=[start.pk]), {"post": "yes"}).status_code == 403
    data = {
        "action": "unpublish_now",
        "_selected_action": [page.pk for page in (*fronts.values(), text)],
        "sure": "sure",
    }
    assert "kan inte avpubliceras" in editor.post("/admin/pages/page/", data | {"sure": ""}).content.decode()
    editor.post("/admin/pages/page/", data)
    assert set(Page.objects.published()) == set(fronts.values())
    assert client.get("/").status_code == 200


def test_a_fixed_page_has_no_address_and_time(editor: Client, client: Client, fronts: dict[str, Page]) -> None:
    fixed = {"slug": "nytt", "position": "1", "published_at": "2150-01-01T00:00", "unpublished_at": "2150-01-01T00:00"}
    for item in (fronts["networks"], TownFactory(home=True), StatementFactory()):
        url, before = change(item), item.slug
        assert not fixed.keys() & filled_in(editor, url).keys()
        assert editor.post(url, filled_in(editor, url, **fixed)).status_code == 302
        item.refresh_from_db()
        assert (item.slug, item.position, item.unpublished_at, item.is_published) == (before, 100, None, True)
    assert not OldAddress.objects.exists()
    assert client.get("/natverk/").status_code == 200


def test_a_page_with_an_end_cannot_become_a_front(editor: Client, contact: Contact) -> None:
    url = change(PageFactory(unpublished_at=FAR_OFF))
    answer = editor.post(url, filled_in(editor, url, section="start"))
    assert "måste alltid vara publicerad" in answer.content.decode()
    assert not Page.objects.filter(section="start").exists()


def test_nothing_is_deleted_in_bulk(editor: Client, seeded: None) -> None:
    for model in OURS:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert "delete_selected" not in editor.get(url).content.decode(), model


@pytest.mark.parametrize("query", ["?relation=%00", "?q=%00", "?relation=nonsense"])
def test_odd_queries_are_no_fault_of_ours(editor: Client, towns: tuple[Town, Town], query: str) -> None:
    response = editor.get(f"/admin/twinning/town/{query}")
    assert response.status_code == (400 if "%00" in query else 200)


def test_front_keeps_its_section_and_home_town_stays_home(editor: Client, fronts: dict[str, Page]) -> None:
    url = change(fronts["start"])
    assert "section" in errors(editor.post(url, filled_in(editor, url, section="")))
    home = TownFactory(home=True)
    url = change(home)
    data = filled_in(editor, url)
    data.pop("home")
    assert "home" in errors(editor.post(url, data))
    url = reverse("admin:twinning_town_changelist")
    editor.post(url, {"action": "unpublish_now", "_selected_action": home.pk, "sure": "sure"})
    home.refresh_from_db()
    assert home.is_published


def test_hiding_a_live_page_asks_first(editor: Client, client: Client, network: Network) -> None:
    url, now = change(network), "Sidan försvinner för besökarna nu"
    questions: list[tuple[dict[str, str], str]] = [
        ({"_save": "Spara", "published_at": "2150-06-01T08:00"}, "Sidan försvinner till 1 juni 2150"),
        ({"_save": "Spara", "published_at": ""}, now),
        ({"_save": "Spara", "published_at": "2020-01-01T01:00", "unpublished_at": "2021-01-01T00:00"}, now),
        ({"_unpublish": "Avpublicera"}, now),
    ]
    for data, question in questions:
        answer = editor.post(url, filled_in(editor, url, summary_sv="Ändrad.") | data)
        assert question in answer.content.decode()
        assert answer.context["adminform"].form["summary_sv"].value() == "Ändrad."
        assert client.get("/natverk/sern/").status_code == 200
    for data, _question in questions:
        button = next(name for name in data if name.startswith("_"))
        assert f'name="{button}" value="sure"' in editor.post(url, filled_in(editor, url) | data).content.decode()
        editor.post(url, filled_in(editor, url, summary_sv="Ändrad.") | data | {button: "sure"})
        network.refresh_from_db()
        assert (network.is_published, network.summary_sv) == (False, "Ändrad.")  # type: ignore[attr-defined]
        assert client.get("/natverk/sern/").status_code == 404
        assert 'name="_unpublish"' not in editor.get(url).content.decode()
        Network.objects.update(published_at=LONG_AGO, unpublished_at=None)
    planned = {"unpublished_at": "2150-06-01T08:00", "_save": "Spara"}
    assert editor.post(url, filled_in(editor, url) | planned).status_code == 302  # still there, so no question


def test_unpublishing_from_the_list_asks_first(editor: Client, network: Network) -> None:
    data = {"action": "unpublish_now", "_selected_action": network.pk}
    answer = editor.post("/admin/networks/network/", data).content.decode()
    assert "försvinner för besökarna nu" in answer
    assert str(network) in answer
    network.refresh_from_db()
    assert network.is_published
    editor.post("/admin/networks/network/", data | {"sure": "sure"})
    network.refresh_from_db()
    assert not network.is_published


def test_a_front_is_not_unpublished_on_its_form(editor: Client, fronts: dict[str, Page]) -> None:
    url = change(fronts["start"])
    assert 'name="_unpublish"' not in editor.get(url).content.decode()
    editor.post(url, filled_in(editor, url) | {"_unpublish": "sure"})
    fronts["start"].refresh_from_db()
    assert fronts["start"].is_published


def test_text_over_the_limit_comes_back_with_a_message(editor: Client, contact: Contact) -> None:
    text = f"<p>{'å' * 1_400_000}</p>"
    network = NetworkFactory(body_sv="<p>Den gamla.</p>")
    url = change(network)
    answer = editor.post(url, filled_in(editor, url, body_sv=text, summary_sv="Kort."))
    form = answer.context["adminform"].form
    assert (form["body_sv"].value(), form["summary_sv"].value()) == (text, "Kort.")
    assert errors(answer) == {"body_sv": ["Texten är för lång: 1400007 tecken, och högst 100000 får plats."]}
    network.refresh_from_db()
    assert network.body_sv == "<p>Den gamla.</p>"
    sent = filled_in(editor, url, body_sv=f"<p>{'å' * 99_000}</p>")
    assert editor.post(url, sent).status_code == 302


def test_large_text_survives_a_lost_session(editor: Client, contact: Contact) -> None:
    network = NetworkFactory()
    sent = filled_in(editor, change(network), body_sv="å" * 1_500_000)
    editor.logout()
    kept = editor.post(change(network), sent, headers=SAME_ORIGIN)
    assert ("body_sv", "å" * 1_500_000) in kept.context["typed"]


def test_the_admin_speaks_plain_swedish(editor: Client, network: Network) -> None:
    other = NetworkFactory(slug="taken")
    url = change(network)
    refused = editor.post(url, filled_in(editor, url, slug=other.slug))
    assert errors(refused) == {"slug": ["Det du skrev vid Adress finns redan. Skriv något annat."]}
    saved = editor.post(url, filled_in(editor, url, summary_sv="Ny."), follow=True).content.decode()
    assert f"Ändrade nätverk ”{network}”." in re.sub(r"<[^>]+>", "", html.unescape(saved))
    assert "Till webbplatsen" in saved
    assert "Visa sida" not in saved
    user = User.objects.get()
    user.set_password("en lång mening")
    user.save()
    editor.force_login(user)
    for path in (f"{user.pk}/change/", f"{user.pk}/password/", "add/"):
        page = editor.get(f"/admin/auth/user/{path}").content.decode()
        assert not re.search("LDAP|backend|algoritm|md5|sha256|hash", page), path


def test_a_choice_offers_no_deletion(editor: Client, network: Network) -> None:
    """A cross beside the contact would delete the person."""
    for obj in (network, PageFactory(), ExchangeFactory(), PartnershipFactory(), StatementFactory()):
        assert "delete-related" not in editor.get(change(obj)).content.decode()


def test_invisible_characters_are_no_text(editor: Client, client: Client, network: Network) -> None:
    url = change(network)
    refused = editor.post(url, filled_in(editor, url, name_sv="\u200b", **{"facts-0-label_sv": " \ufeff"}))
    assert set(errors(refused)) == {"name_sv", "facts-0-label_sv"}
    hidden = {
        "name_en": "\u200b",
        "name_sv": "\u202eSERN\u200d",
        "body_en": "<p>\u2060</p>",
        "body_sv": "<p>a\u200bb</p>",
    }
    assert editor.post(url, filled_in(editor, url, **hidden)).status_code == 302
    network.refresh_from_db()
    stored: Any = network
    assert (stored.name_sv, stored.name_en or "", stored.body_en or "", stored.body_sv) == ("SERN", "", "", "<p>ab</p>")
    assert "<h1>SERN</h1>" in client.get("/en/networks/sern/").content.decode()
    user = User.objects.get()
    account = f"/admin/auth/user/{user.pk}/change/"
    editor.post(account, filled_in(editor, account, first_name="Ma\u200bja"))
    user.refresh_from_db()
    assert user.first_name == "Maja"


def test_a_day_to_come_is_no_day_on_which_something_was_done(editor: Client, network: Network) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    url = change(network)
    refused = editor.post(url, filled_in(editor, url, reviewed_at=tomorrow, **{"facts-0-as_of": tomorrow}))
    assert errors(refused).keys() == {"reviewed_at", "facts-0-as_of"}
    assert "har inte varit än" in errors(refused)["reviewed_at"][0]
    url = change(StatementFactory())
    refused = editor.post(url, filled_in(editor, url, assessed_on=tomorrow, revised_on=tomorrow))
    assert errors(refused).keys() == {"assessed_on", "revised_on"}
    today = timezone.localdate().isoformat()
    assert editor.post(url, filled_in(editor, url, assessed_on=today, revised_on=today)).status_code == 302


def test_a_year_alone_stays_a_year(editor: Client, network: Network, towns: tuple[Town, Town]) -> None:
    url = change(network)
    editor.post(url, filled_in(editor, url, member_until="2025-05-06"))  # the first version
    assert editor.post(url, filled_in(editor, url, member_from="1987", member_until="2026")).status_code == 302
    network.refresh_from_db()
    assert (network.member_from, network.member_until) == (date(1987, 1, 1), date(2026, 12, 31))
    typed = filled_in(editor, url)
    assert (typed["member_from"], typed["member_until"]) == ("1987", "2026")
    history = editor.get(reverse("admin:networks_network_history", args=[network.pk])).content.decode()
    agreement = Partnership.objects.get()
    Partnership.objects.update(since=date(1987, 1, 1))
    listed = editor.get(reverse("admin:twinning_partnership_changelist")).content.decode()
    editor.post(change(agreement), filled_in(editor, change(agreement), since="1988") | {"_draft": "1"})
    drafted = editor.get(change(agreement)).content.decode()
    for page in (history, listed, drafted):
        assert "1987" in page
        assert "januari" not in page
        assert "31 december" not in page


def test_the_hour_that_comes_twice(editor: Client, network: Network) -> None:
    """Clocks go back from 3 to 2 on 25 October 2026, and forward from 2 to 3 on 29 March."""
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    url = change(network)
    Network.objects.update(published_at=LONG_AGO, unpublished_at=None)
    for moment in (first, second):
        Network.objects.update(unpublished_at=moment, published_at=LONG_AGO)
        data = filled_in(editor, url, summary_sv=str(moment)) | {"_save": "sure"}
        assert editor.post(url, data).status_code == 302
        network.refresh_from_db()
        assert (network.unpublished_at, network.summary_sv) == (moment, str(moment))  # type: ignore[attr-defined]
    editor.post(url, filled_in(editor, url, published_at="2026-10-25T02:15", unpublished_at="") | {"_save": "sure"})
    network.refresh_from_db()
    assert network.published_at == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    refused = editor.post(url, filled_in(editor, url, published_at="2026-03-29T02:30"))
    assert errors(refused) == {"published_at": ["Det klockslaget finns inte: klockan ställs fram då."]}
