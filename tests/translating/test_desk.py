"""The translation desk: the table, and the page on which an object is translated."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from reversion.models import Version

from contacts.models import Contact
from editing.models import Draft, TranslationStatus
from networks.models import Network
from tests.dashboard.test_roles import account, logged_in
from tests.factories import (
    ArticleFactory,
    ExchangeFactory,
    FactFactory,
    NetworkFactory,
    PartnershipFactory,
    ProjectFactory,
)
from tests.forms import save
from tests.queries import number_of_queries

pytestmark = pytest.mark.django_db
DESK = "/admin/oversatt/"


@pytest.fixture
def network(contact: Contact) -> Network:
    return NetworkFactory(
        name_sv="SERN",
        summary_sv="En text.",
        summary_de="Ein Text.",
        body_sv="<p>Brödtext.</p>",
        body_de="<p>Text.</p>",
    )


def address(network: Network, language: str = "de") -> str:
    return f"{DESK}networks.network/{network.pk}/{language}/"


def state(client: Client, network: Network, language: str = "de") -> str:
    """The state in the table's cell."""
    page = client.get(DESK).content.decode()
    found = re.search(rf'class="state (\w+)" href="{address(network, language)}"', page)
    assert found
    return found[1]


def shown(client: Client, url: str) -> dict[str, str]:
    """What a browser would post from the page."""
    page = client.get(url).context
    data = {"seen": page["seen"], "_proof": page["proof"]}
    for text in page["texts"]:
        data[text.target.html_name] = data[text.target.html_initial_name] = text.target.value() or ""
    return data


def translate(client: Client, network: Network, button: str = "_save", **changes: str) -> Any:
    data = shown(client, address(network))
    changes = {f"network-{network.pk}-{name}": value for name, value in changes.items()}
    return client.post(address(network), data | changes | {button: "1"}, follow=True)


def test_table_tells_the_state_of_each_translation(editor: Client, network: Network) -> None:
    assert (state(editor, network), state(editor, network, "fr")) == ("done", "missing")
    save(editor, network, summary_de="Neuer Text.")
    assert state(editor, network) == "unreviewed"
    save(editor, network, summary_sv="En annan text.")
    assert state(editor, network) == "outdated"
    FactFactory(network=network, value_sv="18", value_de="")
    assert state(editor, network) == "missing"


def test_table_is_limited_to_a_language_and_a_state(editor: Client, network: Network) -> None:
    NetworkFactory(name_sv="Eurotowns", summary_sv="", body_sv="", full_name_sv="")
    page = editor.get(DESK, {"language": "fr", "state": "missing"}).content.decode()
    assert address(network, "fr") in page
    assert address(network, "de") not in page
    assert "Eurotowns" not in page
    assert editor.get(DESK, {"language": "xx", "state": "x", "page": "x"}).status_code == 200


def test_table_and_file_ask_as_many_queries_for_many(editor: Client, contact: Contact) -> None:
    def add(number: int) -> None:
        for _number in range(number):
            project, partnership = ProjectFactory(), PartnershipFactory()
            FactFactory(network=project.network)
            ExchangeFactory(towns=[partnership.town_a])
            ArticleFactory()

    both = (DESK, f"{DESK}ut/de.xlf")
    add(1)
    few = [number_of_queries(editor.get, address) for address in both]
    add(20)
    assert [number_of_queries(editor.get, address) for address in both] == few


def test_translation_is_saved_with_history(editor: Client, network: Network) -> None:
    page = translate(editor, network, summary_de="Neu.", body_de="<p>Neu<script>x</script></p>").content.decode()
    assert "Sparat: SERN" in page
    network.refresh_from_db()
    assert (network.summary_de, network.body_de) == ("Neu.", "<p>Neu</p>")
    assert Version.objects.get_for_object(network)[0].revision.comment == "Översatt till tyska"
    assert state(editor, network) == "unreviewed"


def test_reviewed_translation_leads_to_the_next(editor: Client, network: Network) -> None:
    other = NetworkFactory(summary_sv="Text.", summary_de="")
    TranslationStatus.objects.create(
        model="networks.network", object_id=network.pk, field="summary", language="de", state="unreviewed"
    )
    response = translate(editor, network, "_reviewed")
    assert response.redirect_chain[-1][0] == address(other)
    assert state(editor, network) == "done"


def test_parts_are_translated_with_their_object(editor: Client, network: Network) -> None:
    fact = FactFactory(network=network, label_sv="Medlemmar", value_sv="18", value_de="")
    data = shown(editor, address(network))
    editor.post(address(network), data | {f"fact-{fact.pk}-value_de": "achtzehn"})
    fact.refresh_from_db()
    assert fact.value_de == "achtzehn"


def test_changed_source_is_shown_word_by_word(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="En ny text.")
    page = editor.get(address(network)).content.decode()
    assert re.search(r"<ins>.*?ny\s*</ins>", page, re.DOTALL)


def test_page_saved_meanwhile_is_not_overwritten(editor: Client, network: Network) -> None:
    data = shown(editor, address(network)) | {f"network-{network.pk}-summary_de": "Mein Text."}
    save(editor, network, summary_sv="Ny svensk text.")
    page = editor.post(address(network), data).content.decode()
    assert "Någon har sparat sidan medan du skrev." in page
    assert "Mein Text." in page
    assert "Ny svensk text." in page
    network.refresh_from_db()
    assert network.summary_de == "Ein Text."


@pytest.mark.parametrize("button", ["_save", "_restore"])
@pytest.mark.parametrize("typed", ["Mein Text.", "x" * 5000])
def test_both_versions_of_a_text_are_shown(editor: Client, network: Network, button: str, typed: str) -> None:
    data = shown(editor, address(network))
    translate(editor, network, summary_de="Ihr Text.", body_de="<p>Ihre Seite.</p>")
    data |= {f"network-{network.pk}-summary_de": typed, button: "1"}
    response = editor.post(address(network), data, headers={"origin": "http://testserver"})
    page = response.content.decode()
    assert "Någon annan har i stället sparat:" in page
    assert page.count("Ihr Text.") == 2  # also as what the user has seen now
    texts = {text.target.name: text for text in response.context["texts"]}
    assert (texts["summary_de"].target.value(), texts["summary_de"].stored) == (typed, "Ihr Text.")
    assert (texts["body_de"].target.value(), texts["body_de"].stored) == ("<p>Ihre Seite.</p>", None)
    network.refresh_from_db()
    assert network.summary_de == "Ihr Text."


def test_conflict_can_be_saved_once_it_was_shown(editor: Client, network: Network) -> None:
    data = shown(editor, address(network)) | {f"network-{network.pk}-summary_de": "Mein Text."}
    translate(editor, network, body_de="<p>Ihre Seite.</p>")
    page = editor.post(address(network), data).context
    data |= {"seen": page["seen"]}
    for text in page["texts"]:
        data |= {text.target.html_name: text.target.value(), text.target.html_initial_name: text.target.initial or ""}
    assert editor.post(address(network), data).status_code == 302
    network.refresh_from_db()
    assert (network.summary_de, network.body_de) == ("Mein Text.", "<p>Ihre Seite.</p>")


def test_untouched_lines_stay_reviewed(editor: Client, network: Network) -> None:
    Network.objects.update(summary_sv="Rad ett.\nRad två.", summary_de="Zeile eins.\nZeile zwei.")
    data = {name: text.replace("\n", "\r\n") for name, text in shown(editor, address(network)).items()}
    assert editor.post(address(network), data).status_code == 302
    assert not Version.objects.get_for_object(network).exists()
    assert state(editor, network) == "done"


def test_text_about_something_deleted_is_shown(editor: Client, network: Network) -> None:
    fact = FactFactory(network=network, value_sv="18", value_de="")
    data = shown(editor, address(network)) | {f"fact-{fact.pk}-value_de": "achtzehn"}
    fact.delete()
    page = editor.post(address(network), data).content.decode()
    assert "achtzehn" in page
    assert "Spara som granskad" in page
    url = address(network)
    network.delete()
    page = editor.post(url, data).content.decode()
    assert "achtzehn" in page
    assert "Det går inte att spara, men att kopiera" in page


def test_translation_of_emptied_swedish_is_shown(editor: Client, network: Network) -> None:
    save(editor, network, summary_sv="")
    assert state(editor, network) == "outdated"
    translate(editor, network, summary_de="")
    assert state(editor, network) == "done"


def test_changed_address_of_a_link_is_shown(editor: Client, network: Network) -> None:
    Network.objects.update(body_sv='<p>Se <a href="https://example.org/a">sidan</a>.</p>')
    network.refresh_from_db()
    save(editor, network, body_sv='<p>Se <a href="https://example.org/b">sidan</a>.</p>')
    page = editor.get(address(network)).content.decode()
    assert re.search(r"<ins>.*?b\s*</ins>", page, re.DOTALL)


def test_text_that_is_the_same_is_said_to_be(editor: Client, network: Network) -> None:
    """Also where a name is left empty, as it is the same in all languages."""
    Network.objects.update(name_de="Netz")
    assert "Samma som svenskan" not in editor.get(address(network)).content.decode()
    for values in ({"full_name_sv": "Eurotowns", "full_name_de": "Eurotowns"}, {"full_name_de": "", "name_de": ""}):
        Network.objects.update(**values)
        assert "Samma som svenskan" in editor.get(address(network)).content.decode()


def test_too_long_translation_is_refused_and_kept(editor: Client, network: Network) -> None:
    page = translate(editor, network, summary_de="x" * 5000).content.decode()
    assert "Rätta det här, så går det att spara" in page
    assert "x" * 5000 in page


def test_page_with_a_draft_is_not_translated(editor: Client, network: Network) -> None:
    Draft.objects.create(model="networks.network", object_id=network.pk, user=User.objects.get(), data={})
    assert "Sidan har ett utkast." in editor.get(address(network)).content.decode()
    page = translate(editor, network, summary_de="Mein Text.").content.decode()
    assert "Sidan har ett utkast." in page
    assert "Mein Text." in page
    assert "Spara som granskad" in page  # when the draft is published or thrown away
    network.refresh_from_db()
    assert network.summary_de == "Ein Text."


def test_editor_does_not_change_a_live_page(network: Network) -> None:
    anna = logged_in(account("Redaktör", "anna"))
    assert "Sidan är publicerad." in anna.get(address(network)).content.decode()
    page = translate(anna, network, summary_de="Neu.").content.decode()
    assert "Sidan är publicerad." in page
    assert "Neu." in page
    network.refresh_from_db()
    assert network.summary_de == "Ein Text."


@pytest.mark.parametrize("path", ["networks.network/1/xx/", "networks.x/1/de/", f"networks.network/{10**30}/de/"])
def test_unknown_address_returns_404(editor: Client, path: str) -> None:
    assert editor.get(DESK + path).status_code == 404


def test_logged_out_post_is_kept(network: Network) -> None:
    client = logged_in(account("Samordnare"))
    data = shown(client, address(network)) | {f"network-{network.pk}-summary_de": "Mein Text."}
    client.logout()
    assert "Mein Text." in client.post(address(network), data, headers={"origin": "http://testserver"}).content.decode()
