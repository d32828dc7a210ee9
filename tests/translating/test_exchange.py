"""Files of a translation bureau, out and in."""

from html import escape
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from contacts.models import Contact
from editing.models import Draft, TranslationStatus
from networks.models import Network
from tests.factories import FactFactory, NetworkFactory
from tests.forms import admin_url, filled_in
from translating.exchange import digest

pytestmark = pytest.mark.django_db
DESK = "/admin/oversatt/"


@pytest.fixture
def network(contact: Contact) -> Network:
    found = NetworkFactory(
        name_sv="SERN", summary_sv="En text & mer.", body_sv="<p>Bröd.</p>", focus_intro_sv="Om:", focus_intro_de="Zu:"
    )
    FactFactory(network=found, label_sv="Medlemmar", value_sv="=18", value_de="")
    return found


def unreviewed(network: Network) -> None:
    """Have the sentence before the focus areas in the file."""
    about = {"model": "networks.network", "object_id": network.pk, "field": "focus_intro", "language": "de"}
    TranslationStatus.objects.create(**about, state="unreviewed")


def exported(client: Client, kind: str = "xlf") -> bytes:
    response = client.get(f"{DESK}ut/de.{kind}")
    assert response.status_code == 200
    return response.content


def received(client: Client, content: bytes) -> str:
    file = SimpleUploadedFile("fil", content)
    return client.post(f"{DESK}in/", {"file": file}, follow=True).content.decode()


def translated(xliff: bytes, **texts: str) -> bytes:
    """The file with a target for the sources that begin so."""
    text = xliff.decode()
    for source, target in {
        "En text &amp; mer.": "Ein Text.",
        "&lt;p&gt;Bröd.": "&lt;p&gt;Brot.&lt;/p&gt;",
        **texts,
    }.items():
        before, found, after = text.partition(f"<source>{source}")
        assert found, source
        text = before + found + after.replace("<target />", f"<target>{target}</target>", 1)
    return text.encode()


@pytest.mark.parametrize("kind", ["xlf", "xlsx"])
def test_exported_file_comes_back_unchanged(editor: Client, network: Network, kind: str) -> None:
    unreviewed(network)
    assert "Det finns ingen översatt text" not in received(editor, exported(editor, kind))
    assert not Draft.objects.exists()


def test_translated_xliff_becomes_drafts(editor: Client, network: Network) -> None:
    page = received(editor, translated(exported(editor), **{"=18": "achtzehn"}))
    assert "1 utkast är sparat." in page
    network.refresh_from_db()
    assert not network.summary_de
    url = admin_url(network)
    editor.post(url, filled_in(editor, url) | {"_save": "1"})
    network.refresh_from_db()
    assert (network.summary_de, network.body_de) == ("Ein Text.", "<p>Brot.</p>")
    assert network.facts.get().value_de == "achtzehn"


def test_spreadsheet_may_have_its_columns_in_any_order(editor: Client, network: Network) -> None:
    book, file = Workbook(), BytesIO()
    book.active.append(["Notiz", "de", "sv", "id", "text"])
    key = f"networks.network:{network.pk}:summary:{digest('')}"
    book.active.append(["?", "Ein Text.", "En text & mer.", key, "SERN"])
    book.save(file)
    assert "1 utkast är sparat." in received(editor, file.getvalue())
    assert Draft.objects.get().data["summary_de"] == ["Ein Text."]


def test_spreadsheet_holds_texts_only(editor: Client, network: Network) -> None:
    sheet = load_workbook(BytesIO(exported(editor, "xlsx"))).active
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
    assert cells["=18"] == "s"


def test_one_changed_source_stops_the_whole_file(editor: Client, network: Network) -> None:
    file = translated(exported(editor))
    Network.objects.update(summary_sv="Ny text.")
    page = received(editor, file)
    assert "SERN: Sammanfattning: den svenska texten har ändrats sedan filen hämtades." in page
    assert not Draft.objects.exists()


def test_control_characters_are_left_out_of_xliff(editor: Client, network: Network) -> None:
    Network.objects.update(summary_sv="En\x0b text & mer.")
    assert "1 utkast är sparat." in received(editor, translated(exported(editor)))


def test_page_with_a_draft_stops_the_whole_file(editor: Client, network: Network) -> None:
    Draft.objects.create(model="networks.network", object_id=network.pk, user=User.objects.get(), data={})
    assert "SERN: sidan har redan ett utkast." in received(editor, translated(exported(editor)))


def with_body(client: Client, html: str) -> bytes:
    return translated(exported(client), **{"&lt;p&gt;Bröd.": escape(html)})


def test_imported_text_is_cleaned(editor: Client, network: Network) -> None:
    received(editor, with_body(editor, '<p onclick="x">Brot&nbsp;&amp; Kä&shy;se<br/><STRONG>fett</STRONG></p>'))
    assert Draft.objects.get().data["body_de"] == ["<p>Brot&nbsp;&amp; Käse<br><strong>fett</strong></p>"]


@pytest.mark.parametrize(
    "html",
    ["<p>Brot<strong>offen</p>", "<p>a<b und c</p>", "<p>Brot<script>x</script></p>", "Brot</p>", "<p><em>x</p></em>"],
)
def test_broken_formatting_is_refused(editor: Client, network: Network, html: str) -> None:
    page = received(editor, with_body(editor, html))
    assert "SERN: Om nätverket: formateringen är trasig." in page
    assert not Draft.objects.exists()


def test_segments_are_joined_part_by_part(editor: Client, network: Network) -> None:
    whole = "<source>En text &amp;amp; mer.</source><target>Ein Text.</target></segment>".replace("&amp;amp;", "&amp;")
    parts = (
        "<source>En text</source><target>Ein Text</target></segment><ignorable><source> </source></ignorable>"
        "<segment><source>&amp; mer.</source><target>&amp; mehr.</target></segment>"
    )
    file = translated(exported(editor)).decode()
    assert whole in file
    received(editor, file.replace(whole, parts).encode())
    assert Draft.objects.get().data["summary_de"] == ["Ein Text & mehr."]
    Draft.objects.all().delete()
    page = received(editor, file.replace(whole, parts.replace("&amp; mehr.", "")).encode())
    assert "SERN: Sammanfattning: bara en del av texten är översatt." in page
    assert not Draft.objects.exists()


def test_texts_that_are_done_are_not_exported(editor: Client, network: Network) -> None:
    file = exported(editor).decode()
    assert "<source>En text" in file
    assert "<source>Om:" not in file
    unreviewed(network)
    assert "<source>Om:" in exported(editor).decode()


def test_newer_translation_is_not_overwritten(editor: Client, network: Network) -> None:
    file = translated(exported(editor))
    Network.objects.update(summary_de="Neuer.")
    assert "SERN: Sammanfattning: översättningen har ändrats sedan filen hämtades." in received(editor, file)
    assert not Draft.objects.exists()


def test_file_is_imported_again_without_a_draft(editor: Client, network: Network) -> None:
    file = translated(exported(editor))
    Network.objects.update(summary_de="Ein Text.", body_de="<p>Brot.</p>")
    assert "0 utkast är sparade." in received(editor, file)


def test_files_of_several_languages_share_drafts(editor: Client, network: Network) -> None:
    german = translated(exported(editor), **{"=18": "achtzehn"})
    french = german.replace(b'trgLang="de"', b'trgLang="fr"').replace(b"achtzehn", b"dix-huit")
    received(editor, german)
    assert "1 utkast är sparat." in received(editor, french)
    assert "1 utkast är sparat." in received(editor, german)  # once more
    url = admin_url(network)
    editor.post(url, filled_in(editor, url) | {"_save": "1"})
    fact = network.facts.get()
    assert (fact.value_de, fact.value_fr) == ("achtzehn", "dix-huit")
    assert "SERN: sidan har redan ett utkast." not in received(editor, german)


def test_other_text_in_a_draft_is_not_overwritten(editor: Client, network: Network) -> None:
    file = translated(exported(editor))
    received(editor, file)
    page = received(editor, file.replace(b"Ein Text.", b"Anderer Text."))
    assert "SERN: sidan har redan ett utkast." in page
    assert Draft.objects.get().data["summary_de"] == ["Ein Text."]


def test_text_that_is_in_a_file_twice_is_refused(editor: Client, network: Network) -> None:
    file = translated(exported(editor)).decode()
    start = file.index("<unit")
    unit = file[start : file.index("</unit>") + len("</unit>")]
    page = received(editor, file.replace(unit, unit * 2).encode())
    assert "texten finns två gånger i filen." in page


def test_error_names_the_text(editor: Client, network: Network) -> None:
    page = received(editor, translated(exported(editor), **{"En text &amp; mer.": "x" * 400}))
    assert "SERN: Sammanfattning på tyska: " in page


def test_lines_in_a_spreadsheet_stay(editor: Client, network: Network) -> None:
    unreviewed(network)
    Network.objects.update(focus_intro_de="Zu:\r\nallem")
    file = exported(editor, "xlsx")
    cells = [cell.value for row in load_workbook(BytesIO(file)).active.iter_rows() for cell in row]
    assert "Zu:\nallem" in cells
    assert "Det finns ingen" not in received(editor, file)
    assert not Draft.objects.exists()


def test_text_too_long_for_a_spreadsheet_is_told(editor: Client, network: Network) -> None:
    Network.objects.update(body_sv=f"<p>{'x' * 33_000}</p>")
    page = editor.get(f"{DESK}ut/de.xlsx").content.decode()
    assert "En text är för lång för Excel: SERN: Om nätverket." in page


def spreadsheet(client: Client, *changes: tuple[str, object]) -> bytes:
    """The exported file with some cells changed."""
    book, file = load_workbook(BytesIO(exported(client, "xlsx"))), BytesIO()
    for place, value in changes:
        book.active[place] = value
    book.save(file)
    return file.getvalue()


def test_number_in_a_spreadsheet_is_text(editor: Client, network: Network) -> None:
    received(editor, spreadsheet(editor, ("D2", 0)))
    assert ["0"] in Draft.objects.get().data.values()


@pytest.mark.parametrize(
    ("cell", "message"),
    [("XFD2", "1 utkast är sparat."), ("A1000000", "Kalkylarket har fler än 20000 rader.")],
)
def test_cell_far_away_costs_no_memory(editor: Client, network: Network, cell: str, message: str) -> None:
    assert message in received(editor, spreadsheet(editor, ("D2", "Text."), (cell, "x")))


@pytest.mark.parametrize("heading", ["fr", "de", "id"])
def test_two_headings_of_a_kind_are_refused(editor: Client, network: Network, heading: str) -> None:
    assert "Kalkylarket ska ha de här rubrikerna" in received(editor, spreadsheet(editor, ("E1", heading)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Filen går inte att läsa."),
        (b"PK\x03\x04trasig", "Filen går inte att läsa."),
        (b"<xliff><file>", "Filen går inte att läsa."),
        (b"<tmx/>", "Filen är inte XLIFF 2.0."),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "Den läses inte."),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"), "Den läses inte."),
        (b"x" * (10 * 2**20 + 1), "Filen är för stor."),
    ],
)
def test_unreadable_file_is_explained(editor: Client, content: bytes, message: str) -> None:
    assert message in received(editor, content)


def test_file_of_another_site_is_refused(editor: Client, network: Network) -> None:
    file = translated(exported(editor)).replace(settings.SITE_URL.encode(), b"https://example.org")
    assert "Filen är från en annan webbplats." in received(editor, file)


def test_truncated_xliff_is_refused(editor: Client, network: Network) -> None:
    assert "Filen går inte att läsa." in received(editor, translated(exported(editor))[:-40])


def test_missing_file_is_asked_for(editor: Client) -> None:
    assert "Välj en fil." in editor.post(f"{DESK}in/").content.decode()
