"""The coordinator's forms: valid input, errors at fields, and what readers then see."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from networks.models import Fact, Network, Project
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
)
from tests.forms import admin_url, errors, filled_in, refused, save
from tests.publishing.test_images import picture
from twinning.models import Partnership

pytestmark = pytest.mark.django_db


def add(model: Any) -> str:
    return admin_url(model, "add")


@pytest.fixture
def network() -> Network:
    network = NetworkFactory(name_sv="SERN", slug="sern")
    ProjectFactory(network=network)
    FactFactory(network=network)
    for model in (Network, Project, Fact):
        model.objects.update(updated_at=LONG_AGO)
    return network


def test_form_speaks_plain_swedish(editor: Client, network: Network) -> None:
    taken = NetworkFactory(slug="taken")
    assert refused(editor, network, slug=taken.slug) == {
        "slug": [f"Adressen används redan av ”{taken}”. Välj en annan."]
    }
    url = admin_url(network)
    saved = editor.post(url, filled_in(editor, url, summary_sv="Ny."), follow=True).content.decode()
    assert f"”{network}” är publicerad. Visa sidan" in re.sub(r"<[^>]+>", "", html.unescape(saved))
    assert "Till webbplatsen" in saved
    assert "Visa sida<" not in saved
    user = User.objects.get()
    user.set_password("en lång mening")
    user.save()
    editor.force_login(user)
    for path in (f"{user.pk}/change/", "add/"):
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
    ("published_at", "2026-03-29T02:30", "kunde inte tolkas i tidszonen"),
    ("unpublished_at", "2019-01-01T00:00", "kan inte avpubliceras innan"),
    ("reviewed_at", "2150-01-01", "har inte varit än"),
    ("facts-0-as_of", "", "måste fyllas i"),
    ("facts-0-as_of", "2150-01-01", "har inte varit än"),
    ("projects-0-started", "-5", "0"),
]


def rounds(cases: list[tuple[str, Any, str]]) -> list[dict[str, tuple[Any, str]]]:
    """The cases in as few posts as there are cases for one field."""
    found: list[dict[str, tuple[Any, str]]] = []
    for field, value, message in cases:
        free = next((posted for posted in found if field not in posted), None)
        if free is None:
            found.append(free := {})
        free[field] = (value, message)
    return found


def test_bad_input_is_explained_and_the_rest_is_kept(editor: Client, network: Network) -> None:
    url = admin_url(network)
    sent = filled_in(editor, url, summary_sv="Det jag skrev.", body_sv=HTML)
    for posted in rounds(BAD_INPUT):
        response = editor.post(url, sent | {field: value for field, (value, _message) in posted.items()})
        found = errors(response)
        assert found.keys() == posted.keys()
        for field, (value, message) in posted.items():
            assert message in " ".join(found[field]), (field, value)
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


def test_errors_are_listed_with_links_to_their_inputs(editor: Client, network: Network) -> None:
    url = admin_url(network)
    typed = {"name_sv": "", "name_de": "x" * 400, "website": "abc", "projects-0-website": "abc"}
    page = editor.post(url, filled_in(editor, url, **typed)).content.decode()
    listed = re.search('<section class="error-list".*?</section>', page, re.DOTALL)[0]  # type: ignore[index]
    assert "Rätta det här" in listed
    links = re.findall('<a href="#([^"]+)">([^<]+)</a>: ', listed)
    assert [label for _id, label in links] == ["Namn [sv]", "Namn [de]", "Webbplats", "Projekt 1: Webbplats"]
    assert [id for id, _label in links if f' id="{id}"' in page] == [f"id_{name}" for name in typed]


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


# Dates


def test_year_alone_stays_a_year(editor: Client, network: Network) -> None:
    agreement = PartnershipFactory(since=date(1987, 1, 1))
    save(editor, network, member_until="2025-05-06")  # the first version
    save(editor, network, member_from="1987", member_until="2026")
    assert (network.member_from, network.member_until) == (date(1987, 1, 1), date(2026, 12, 31))
    typed = filled_in(editor, admin_url(network))
    assert (typed["member_from"], typed["member_until"]) == ("1987", "2026")
    history = editor.get(admin_url(network, "history")).content.decode()
    listed = editor.get(admin_url(Partnership, "changelist")).content.decode()
    editor.post(admin_url(agreement), filled_in(editor, admin_url(agreement), since="1988") | {"_draft": "1"})
    drafted = editor.get(admin_url(agreement)).content.decode()
    for page in (history, listed, drafted):
        assert "1987" in page
        # Today's date stands there with a time of day.
        assert not re.search(r"1 januari 198|31 december 2026(?!,? (kl\. )?\d\d[.:]\d\d)", page)


def test_first_of_the_hour_that_comes_twice_is_meant(editor: Client, network: Network) -> None:
    """Clocks go back from 3 to 2 on 25 October 2026."""
    save(editor, network, published_at="2026-10-25T02:15", _save="sure")
    assert network.published_at == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)


def test_wrong_contact_is_refused_at_its_fields(editor: Client, contact: Contact) -> None:
    sent = filled_in(editor, admin_url(contact), unit_sv="Ny enhet", phone="ring mig", email="cecilia@", name="")
    response = editor.post(admin_url(contact), sent)
    assert set(errors(response)) == {"phone", "email", "name"}
    assert "Ny enhet" in response.content.decode()
