"""The coordinator's forms: what may be typed, what is told at a field, and what readers then see."""

import html
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from networks.models import Fact, Network, Project
from pages.models import OldAddress, Page
from tests.factories import (
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
from tests.forms import admin_url, errors, filled_in
from tests.publishing.test_images import picture
from twinning.models import Partnership, Town

pytestmark = pytest.mark.django_db
NETWORKS = "/admin/networks/network/"


def add(model: Any) -> str:
    return admin_url(model, "add")


def save(editor: Client, obj: Any, **changes: Any) -> None:
    url = admin_url(obj)
    response = editor.post(url, filled_in(editor, url, **changes))
    assert response.status_code == 302, errors(response)
    obj.refresh_from_db()


def refused(editor: Client, obj: Any, **changes: Any) -> dict[str, list[str]]:
    """The messages at the fields of a form that is not saved."""
    url = admin_url(obj)
    return errors(editor.post(url, filled_in(editor, url, **changes)))


@pytest.fixture
def network() -> Network:
    network = NetworkFactory(name_sv="SERN", slug="sern")
    ProjectFactory(network=network)
    FactFactory(network=network)
    for model in (Network, Project, Fact):
        model.objects.update(updated_at=LONG_AGO)
    return network


@pytest.fixture
def towns() -> tuple[Town, Town]:
    """Mölndal and Borken, and their agreement since 1997."""
    home = TownFactory(name_sv="Mölndal", slug="molndal", home=True)
    borken = TownFactory(name_sv="Borken", slug="borken")
    PartnershipFactory(town_a=home, town_b=borken, since=LONG_AGO.date())
    return home, borken


def test_form_speaks_plain_swedish(editor: Client, network: Network) -> None:
    taken = NetworkFactory(slug="taken")
    assert refused(editor, network, slug=taken.slug) == {
        "slug": ["Det du skrev vid Adress finns redan. Skriv något annat."]
    }
    url = admin_url(network)
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


def test_choice_offers_no_deletion(editor: Client, network: Network) -> None:
    """A cross beside the contact would delete the person."""
    for obj in (network, PageFactory(), ExchangeFactory(), PartnershipFactory(), StatementFactory()):
        assert "delete-related" not in editor.get(admin_url(obj)).content.decode()


# The date of change


def moved(*items: Any) -> bool:
    for item in items:
        item.refresh_from_db()
    return all(item.updated_at > LONG_AGO for item in items)


def test_changes_that_readers_see_date_the_page(editor: Client, client: Client, network: Network) -> None:
    save(editor, network)
    assert not moved(network), "nothing was changed"
    save(editor, network, body_sv="<p>Rättad text.</p>", minor_change="on")
    assert not moved(network), "a minor change"
    assert "Rättad text." in client.get("/natverk/sern/").content.decode()
    for changes in (
        {"body_sv": "<p>Ny text.</p>"},
        {"facts-0-value_sv": "19 städer"},
        {"focus_areas": [FocusAreaFactory().pk]},
        {"projects-0-DELETE": "on"},
    ):
        Network.objects.update(updated_at=LONG_AGO)
        save(editor, network, **changes)
        assert moved(network), changes


def test_list_of_a_part_dates_the_part(editor: Client, network: Network) -> None:
    save(editor, network, **{"projects-0-focus_areas": [FocusAreaFactory().pk]})
    assert moved(Project.objects.get())


def test_minor_change_covers_the_parts(editor: Client, client: Client, contact: Contact, network: Network) -> None:
    Contact.objects.update(updated_at=LONG_AGO)
    save(editor, network, **{"projects-0-name_sv": "rättat", "minor_change": "on"})
    html = client.get("/natverk/sern/").content.decode()
    assert "rättat" in html
    assert "1 januari 2020" in html


# Publishing


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
    fixed = {"slug": "nytt", "position": "1", "published_at": "2150-01-01T00:00", "unpublished_at": "2150-01-01T00:00"}
    for item in (fronts["networks"], TownFactory(home=True), StatementFactory()):
        before = item.slug
        assert not fixed.keys() & filled_in(editor, admin_url(item)).keys()
        save(editor, item, **fixed)
        assert (item.slug, item.position, item.unpublished_at, item.is_published) == (before, 100, None, True)
    assert not OldAddress.objects.exists()
    assert client.get("/natverk/").status_code == 200


# Pictures


def test_uploaded_logo_is_shown_to_editor_and_reader(editor: Client, client: Client, network: Network) -> None:
    def upload() -> SimpleUploadedFile:
        return SimpleUploadedFile("logga.png", picture("PNG"))

    assert "Beskriv bilden" in refused(editor, network, image=upload())["image_alt_sv"][0]
    save(editor, network, image=upload(), image_alt_sv="SERNs logga")
    assert (network.image_width, network.image_height) == (60, 40)
    assert f'src="{network.image.url}"' in editor.get(admin_url(network)).content.decode()
    html = client.get("/natverk/sern/").content.decode()
    assert f'src="{network.image.url}"' in html
    assert 'width="60" height="40" alt="SERNs logga"' in html
    save(editor, network, image_alt_sv="", image_decorative="on")
    assert 'width="60" height="40" alt=""' in client.get("/natverk/sern/").content.decode()
    served = client.get(network.image.url)
    assert b"".join(served.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    served.close()


# What is refused

HTML = '<p>Text</p><p><a href="https://sern.eu/">Länk</a></p>'
BAD_INPUT: list[tuple[str, Any, str]] = [
    ("image", SimpleUploadedFile("x.png", picture("PNG")[:60]), "går inte att läsa som bild"),
    ("image", SimpleUploadedFile("x.svg", b"<svg/>"), "går inte att läsa som bild"),
    ("name_sv", "", "måste fyllas i"),
    ("name_sv", "x" * 121, "120"),
    ("name_sv", "nul\x00", "inte tillåtna"),
    ("slug", "snögubbe ☃", "bokstäver"),
    ("website", "inte en adress", "Skriv en webbadress"),
    ("website", "javascript:alert(1)", "Skriv en webbadress"),
    ("founded", "många", "heltal"),
    ("founded", "99", "mellan 1800 och 2199"),
    ("member_from", "i fjol", "datum"),
    ("member_from", "0020-01-01", "mellan 1800 och 2199"),
    ("published_at", "i morgon", "datum"),
    ("published_at", "0001-01-01T00:00", "mellan 1800 och 2199"),
    ("published_at", "2026-03-29T02:30", "Det klockslaget finns inte"),
    ("unpublished_at", "2019-01-01T00:00", "kan inte avpubliceras innan"),
    ("reviewed_at", "2150-01-01", "har inte varit än"),
    ("facts-0-as_of", "", "måste fyllas i"),
    ("facts-0-as_of", "2150-01-01", "har inte varit än"),
    ("projects-0-started", "-5", "0"),
]


def test_bad_input_is_explained_and_the_rest_is_kept(editor: Client, network: Network) -> None:
    url = admin_url(network)
    sent = filled_in(editor, url, summary_sv="Det jag skrev.", body_sv=HTML)
    for field, value, message in BAD_INPUT:
        response = editor.post(url, sent | {field: value})
        assert response.status_code == 200, (field, value)
        found = errors(response)
        assert message in " ".join(found[field]), (field, value)
        assert len(found) == 1, (field, value)
        html = response.content.decode()
        assert "Det jag skrev." in html
        assert "Länk" in html
    years = {"member_from": "2005", "member_until": "2003"}
    assert "Medlemskapet kan inte ta slut" in refused(editor, network, **years)["member_until"][0]
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    dates = {"assessed_on": tomorrow, "revised_on": tomorrow}
    assert refused(editor, StatementFactory(), **dates).keys() == dates.keys()
    network.refresh_from_db()
    assert network.summary_sv == "Ett nätverk."  # type: ignore[attr-defined]


def test_text_over_the_limit_comes_back_with_a_message(editor: Client, contact: Contact) -> None:
    text = f"<p>{'å' * 1_400_000}</p>"
    network = NetworkFactory(body_sv="<p>Den gamla.</p>")
    answer = editor.post(admin_url(network), filled_in(editor, admin_url(network), body_sv=text, summary_sv="Kort."))
    form = answer.context["adminform"].form
    assert (form["body_sv"].value(), form["summary_sv"].value()) == (text, "Kort.")
    assert errors(answer) == {"body_sv": ["Texten är för lång: 1400007 tecken, och högst 100000 får plats."]}
    network.refresh_from_db()
    assert network.body_sv == "<p>Den gamla.</p>"
    save(editor, network, body_sv=f"<p>{'å' * 99_000}</p>")


def test_stored_text_is_clean(editor: Client, client: Client, network: Network) -> None:
    pasted = '<p class="MsoNormal">Hej<script>x</script> <a href="/kontakt/" onclick="x()">du</a></p>'
    save(editor, network, body_sv=pasted)
    assert network.body_sv == '<p>Hej <a href="/kontakt/">du</a></p>'  # type: ignore[attr-defined]
    empty = {"name_sv": "\u200b", "facts-0-label_sv": " \ufeff"}
    assert refused(editor, network, **empty).keys() == empty.keys()
    hidden = {
        "name_en": "\u200b",
        "name_sv": "\u202eSERN\u200d",
        "body_en": "<p>\u2060</p>",
        "body_sv": "<p>a\u200bb</p>",
    }
    save(editor, network, **hidden)
    stored: Any = network
    assert (stored.name_sv, stored.name_en or "", stored.body_en or "", stored.body_sv) == ("SERN", "", "", "<p>ab</p>")
    assert "<h1>SERN</h1>" in client.get("/en/networks/sern/").content.decode()
    user = User.objects.get()
    save(editor, user, first_name="Ma\u200bja")
    assert user.first_name == "Maja"


# Contacts


def test_handing_over_to_a_successor_is_one_edit(editor: Client, client: Client, fronts: object) -> None:
    contact, network = Contact.objects.get(), NetworkFactory(slug="sern")
    assert refused(editor, contact, is_main="").keys() == {"is_main"}
    save(editor, contact, name="Ny Samordnare", email="ny@molndal.se")
    for path in (network.get_absolute_url(), "/kontakt/"):
        html = client.get(path).content.decode()
        assert "Ny Samordnare" in html
        assert "Cecilia" not in html
    other = ContactFactory()
    save(editor, other, is_main="on")
    assert list(Contact.objects.filter(is_main=True)) == [other]
    editor.post(add(Contact), filled_in(editor, add(Contact), name="Tredje", is_main="on"))
    assert Contact.objects.get(is_main=True).name == "Tredje"


# Agreements on a town's form


def row(prefix: str, **values: Any) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in values.items()}


def second_row(**values: Any) -> dict[str, Any]:
    return {"partnerships-TOTAL_FORMS": 2} | row("partnerships-1", **values)


def test_agreement_is_edited_on_both_its_towns(editor: Client, towns: tuple[Town, Town]) -> None:
    before = Partnership.objects.values().get()
    for town, partner in (towns, towns[::-1]):
        forms = editor.get(admin_url(town)).context["inline_admin_formsets"][0].formset.forms
        assert [form["partner"].value() for form in forms] == [partner.pk]
        save(editor, town)
        assert Partnership.objects.values().get() == before


def test_new_town_comes_with_its_agreement(
    editor: Client, towns: tuple[Town, Town], client: Client, fronts: object
) -> None:
    typed = {"name_sv": "Ny stad", "introduction_sv": "Ny stad i Finland", "slug": "ny-stad", "country": "FI"}
    data = filled_in(editor, add(Town), **typed, latitude="60,2", longitude="24,9")
    data |= {"partnerships-TOTAL_FORMS": 1} | row("partnerships-0", partner=towns[0].pk, kind="twin", since="2026")
    response = editor.post(add(Town), data)
    assert response.status_code == 302, errors(response)
    town = Town.objects.with_relation().get(slug="ny-stad")
    assert town.relation == "twin"
    assert Partnership.objects.of(town).get().since == date(2026, 1, 1)
    Town.objects.filter(pk=town.pk).update(published_at=LONG_AGO)
    assert "sedan 2026" in client.get("/vanorter/ny-stad/").content.decode()


def test_twinning_turns_into_a_friendship_in_one_save(editor: Client, towns: tuple[Town, Town]) -> None:
    home, borken = towns
    new = second_row(partner=home.pk, kind="friendship", since="2020-06-17")
    save(editor, borken, **{"partnerships-0-until": "2020-06-17"}, **new)
    assert Town.objects.with_relation().get(pk=borken.pk).relation == "friendship"
    assert Partnership.objects.of(borken).count() == 2


def test_impossible_agreements_are_refused(editor: Client, towns: tuple[Town, Town]) -> None:
    def told(found: Iterable[str]) -> str:
        return " ".join(found)

    home, borken = towns
    twice = refused(editor, borken, **second_row(partner=home.pk, kind="friendship"))
    assert "har redan ett avtal som gäller" in told(twice["partnerships-1-partner"])
    ended = refused(editor, borken, **{"partnerships-0-until": "1990"})
    assert "kan inte upphöra innan det börjar" in told(ended["partnerships-0-until"])
    assert "partnerships-0-partner" in refused(editor, borken, **{"partnerships-0-partner": borken.pk})
    data = filled_in(editor, add(Partnership), town_a=borken.pk, town_b=home.pk, kind="twin")
    assert "har redan ett avtal som gäller" in told(errors(editor.post(add(Partnership), data))["__all__"])
    data["town_b"] = borken.pk
    assert "två olika städer" in told(errors(editor.post(add(Partnership), data))["__all__"])
    assert Partnership.objects.count() == 1


# Dates


def test_year_alone_stays_a_year(editor: Client, network: Network, towns: tuple[Town, Town]) -> None:
    save(editor, network, member_until="2025-05-06")  # the first version
    save(editor, network, member_from="1987", member_until="2026")
    assert (network.member_from, network.member_until) == (date(1987, 1, 1), date(2026, 12, 31))
    typed = filled_in(editor, admin_url(network))
    assert (typed["member_from"], typed["member_until"]) == ("1987", "2026")
    history = editor.get(admin_url(network, "history")).content.decode()
    agreement = Partnership.objects.get()
    Partnership.objects.update(since=date(1987, 1, 1))
    listed = editor.get(admin_url(Partnership, "changelist")).content.decode()
    editor.post(admin_url(agreement), filled_in(editor, admin_url(agreement), since="1988") | {"_draft": "1"})
    drafted = editor.get(admin_url(agreement)).content.decode()
    for page in (history, listed, drafted):
        assert "1987" in page
        assert "januari" not in page
        assert "31 december" not in page


def test_hour_that_comes_twice_is_kept(editor: Client, network: Network) -> None:
    """Clocks go back from 3 to 2 on 25 October 2026."""
    for hour in (0, 1):
        moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        Network.objects.update(unpublished_at=moment, published_at=LONG_AGO)
        save(editor, network, summary_sv=str(moment), _save="sure")
        assert (network.unpublished_at, network.summary_sv) == (moment, str(moment))  # type: ignore[attr-defined]
    save(editor, network, published_at="2026-10-25T02:15", unpublished_at="", _save="sure")
    assert network.published_at == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
