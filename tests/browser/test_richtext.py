"""The rich-text editor: links, languages, tables, pictures and pasted text."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.checks import (
    NARROW_DARK,
    NOTHING_STAYS,
    WIDE_LIGHT,
    Findings,
    barriers,
    looks,
    lost_texts,
    show,
    sideways,
)
from tests.browser.conftest import Site, log_in, screenshot
from tests.publishing.test_images import picture

WORD = (Path(__file__).parent / "word.html").read_text()
DEFAULT = "(field) => field.defaultValue"
PASTE = """(editor, [type, text]) => {
    const data = new DataTransfer();
    if (type === "file") data.items.add(new File([text], "bild.png", {type: "image/png"}));
    else data.setData(type, text);
    editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""

DROP = """(editor) => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "bild.png", {type: "image/png"}));
    const {left, top} = editor.getBoundingClientRect();
    const at = {clientX: left + 9, clientY: top + 9};
    editor.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true, ...at}));
}"""


def open_editor(page: Page, site: Site, title: str) -> Locator:
    log_in(page, site)
    page.goto(f"{site.url}/admin/pages/page/add/")
    page.locator("#id_title_sv").fill(title)
    editor = page.locator(".form-row.field-body_sv .tiptap")
    editor.click()
    return editor


def select(editor: Locator, word: str) -> None:
    """Double-click a word at the start of its line, and wait until the editor knows that it is selected."""
    # Not the middle of the line: right of the word a slow browser selects nothing.
    editor.get_by_text(word).dblclick(position={"x": 20, "y": 10})
    link = editor.page.locator(".form-row.field-body_sv").get_by_role("button", name="Länk", exact=True)
    expect(link).not_to_have_class(re.compile("disabled"))


def save_and_reopen(page: Page, title: str) -> None:
    page.get_by_role("button", name="Spara", exact=True).first.click()
    page.locator(".success").get_by_role("link", name=title).click()


def publish(page: Page, site: Site, slug: str) -> None:
    """Publish a new page and open it."""
    page.locator("#id_slug_sv").fill(slug)
    page.get_by_role("button", name="Spara och publicera nu").first.click()
    expect(page.locator(".success")).to_be_visible()
    page.goto(f"{site.url}/om/{slug}/")


def test_links_typed_and_pasted_become_what_was_meant(site: Site, page: Page) -> None:
    editor = open_editor(page, site, "Länkar")
    body, stored = page.locator(".form-row.field-body_sv"), page.locator("#id_body_sv")
    page.keyboard.type("Ett hotell.De och https://sern.eu/ samt a@b.se finns ")
    editor.evaluate(PASTE, ["text/plain", "på hotell.De eller https://x.se"])
    links = re.findall(r'<a href="([^"]*)"', stored.input_value())
    assert links == ["https://sern.eu/", "mailto:a@b.se", "https://x.se"]

    for typed in ("molndal.se/x", "javascript:alert(1)"):
        editor.fill("Eurotowns")
        page.keyboard.press("Control+a")
        body.get_by_role("button", name="Länk", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Adress", exact=True).fill(typed)
        dialog.get_by_role("button", name="Spara länken").click()
        if typed.startswith("molndal"):
            save_and_reopen(page, "Länkar")
            assert stored.evaluate(DEFAULT) == '<p><a href="https://molndal.se/x">Eurotowns</a></p>'
    page.get_by_role("button", name="Spara", exact=True).first.click()
    expect(body.locator(".errorlist")).to_have_text(
        "Länken ”Eurotowns” har ingen adress som går att använda. Skriv till exempel https://www.example.org."
    )


def test_page_to_link_to_is_found_by_its_title(site: Site, page: Page) -> None:
    editor = open_editor(page, site, "Sidlänk")
    stored, dialog = page.locator("#id_body_sv"), page.get_by_role("dialog", name="Länk")
    page.keyboard.type("Städtenetz")
    select(editor, "Städtenetz")
    page.keyboard.press("Control+k")
    dialog.get_by_role("button", name="Spara länken").press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Skriv en adress eller välj en sida.")
    search = dialog.get_by_label("Eller sök en sida på webbplatsen")
    search.press_sequentially("finns inte")
    expect(dialog.get_by_role("status")).to_have_text("Ingen sida hittades.")
    search.fill("e")
    option = dialog.get_by_role("option", name="Eurotowns (Nätverk)")
    expect(option).to_be_attached()
    screenshot(page, "admin-lank")
    search.fill("eurotown")
    expect(dialog.get_by_role("option")).to_have_count(1)
    dialog.get_by_role("button", name="Spara länken").press("Enter")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(dialog.get_by_label("Sidor")).to_have_value(re.compile("page:networks.network:"))
    page.keyboard.press("Escape")
    publish(page, site, "sidlank")
    expect(page.get_by_role("link", name="Städtenetz")).to_have_attribute("href", "/natverk/eurotowns/")
    page.goto(f"{site.url}/admin/pages/page/")
    page.get_by_role("link", name="Sidlänk", exact=True).click()
    assert re.fullmatch('<p><a href="page:networks.network:[0-9]+">Städtenetz</a></p>', stored.evaluate(DEFAULT))
    select(editor, "Städtenetz")
    page.keyboard.press("Control+k")
    dialog.get_by_label("Adress", exact=True).fill("https://www.sern.eu/")
    dialog.get_by_role("button", name="Spara länken").press("Enter")
    expect(dialog).to_have_count(0)
    assert stored.input_value() == '<p><a href="https://www.sern.eu/">Städtenetz</a></p>'


def mark_language(page: Page, editor: Locator, word: str, choice: str) -> None:
    """Select a word and choose its language by keyboard."""
    for _letter in word:
        page.keyboard.press("Shift+ArrowLeft", delay=20)
    body = page.locator(".form-row.field-body_sv")
    body.locator('.prose-menubar__selected [title^="Ordens språk"]').press("Enter")
    body.locator(":popover-open").get_by_role("button", name=choice).press("Enter")
    expect(editor).to_be_focused()


def test_language_of_words_is_chosen_and_removed(site: Site, page: Page) -> None:
    editor = open_editor(page, site, "Språk")
    stored = page.locator("#id_body_sv")
    page.keyboard.type("Vi är med i Städtetag")
    mark_language(page, editor, "Städtetag", "tyska")
    save_and_reopen(page, "Språk")
    assert stored.evaluate(DEFAULT) == '<p>Vi är med i <span lang="de">Städtetag</span></p>'
    editor.get_by_text("Städtetag").dblclick()
    mark_language(page, editor, "", "ta bort språket")
    save_and_reopen(page, "Språk")
    assert stored.evaluate(DEFAULT) == "<p>Vi är med i Städtetag</p>"


def test_table_is_filled_in_by_keyboard_and_read_on_a_phone(site: Site, page: Page) -> None:
    editor = open_editor(page, site, "Tabell")
    body, stored = page.locator(".form-row.field-body_sv"), page.locator("#id_body_sv")
    body.get_by_role("button", name="Tabell", exact=True).press("Enter")
    expect(editor).to_be_focused()
    for text in (
        "År",
        "Ortens namn",
        "Samarbetsorganisationer",
        "1986",
        "Borken",
        "Vänortsavtal",
        "2001",
        "Albertslund",
    ):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Control+End")
    page.keyboard.type("Slut.")
    publish(page, site, "tabell")
    table = page.get_by_role("region", name="År, Ortens namn, Samarbetsorganisationer")
    assert table.get_by_role("columnheader").all_inner_texts() == ["År", "Ortens namn", "Samarbetsorganisationer"]
    show(page, NARROW_DARK)
    assert sideways(page) == []
    assert table.evaluate("(region) => region.scrollWidth > region.clientWidth")
    page.goto(f"{site.url}/admin/pages/page/")
    page.get_by_role("link", name="Tabell", exact=True).click()
    assert stored.evaluate(DEFAULT).endswith("</table><p>Slut.</p>")


def add_picture(page: Page, alt: str = "Torget") -> None:
    """Fill in the open dialog and wait until the picture stands in the text."""
    dialog = page.get_by_role("dialog", name="Bild i texten")
    dialog.get_by_label("Bildfil").set_input_files(
        {"name": "foto.png", "mimeType": "image/png", "buffer": picture("PNG", (700, 400))}
    )
    dialog.get_by_label("Bildbeskrivning").fill(alt)
    dialog.get_by_role("button", name="Lägg in bilden").press("Enter")
    expect(dialog).to_have_count(0, timeout=30_000)


def test_picture_is_added_described_and_shown(site: Site, page: Page) -> None:
    editor = open_editor(page, site, "Bild")
    body, stored = page.locator(".form-row.field-body_sv"), page.locator("#id_body_sv")
    page.keyboard.type("Före.")
    button = body.get_by_role("button", name="Bild", exact=True)
    button.press("Enter")
    dialog = page.get_by_role("dialog", name="Bild i texten")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    button.press("Enter")
    dialog.get_by_role("button", name="Lägg in bilden").press("Enter")
    expect(dialog).to_be_visible()  # the browser asks for a file
    dialog.get_by_label("Bildfil").set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    dialog.get_by_label("Bilden är bara dekoration").check()
    dialog.get_by_role("button", name="Lägg in bilden").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Filen går inte att läsa som bild.")
    dialog.get_by_label("Bilden är bara dekoration").uncheck()
    add_picture(page, 'Torget "i maj"')
    button.press("Enter")
    expect(dialog.get_by_label("Bildbeskrivning")).to_have_value('Torget "i maj"')
    dialog.get_by_label("Bilden är bara dekoration").check()
    dialog.get_by_role("button", name="Spara beskrivningen").press("Enter")
    expect(editor.locator("img")).to_have_attribute("alt", "")
    button.press("Enter")
    dialog.get_by_label("Bilden är bara dekoration").uncheck()
    dialog.get_by_label("Bildbeskrivning").fill("Torget i maj")
    dialog.get_by_role("button", name="Spara beskrivningen").press("Enter")
    expect(editor.locator('img[alt="Torget i maj"]')).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Efter.")
    publish(page, site, "bild")
    shown = page.get_by_role("img", name="Torget i maj")
    assert shown.evaluate("(img) => img.decode().then(() => img.currentSrc)").endswith("-640.avif")
    page.goto(f"{site.url}/admin/pages/page/")
    page.get_by_role("link", name="Bild", exact=True).click()
    assert re.sub("[0-9a-f]{20}", "DIGEST", stored.evaluate(DEFAULT)) == (
        '<p>Före.</p><img src="/media/pictures/DIGEST.png" alt="Torget i maj" width="700" height="400"><p>Efter.</p>'
    )


def test_axe_finds_no_barrier_in_a_formatted_text(site: Site, chromium: Browser) -> None:
    """While it is written and on its page. axe applies styles, which the CSP would forbid."""
    page = chromium.new_context(bypass_csp=True, locale="sv-SE").new_page()
    page.add_init_script(NOTHING_STAYS)
    editor = open_editor(page, site, "Hinder")
    body = page.locator(".form-row.field-body_sv")
    page.keyboard.type("Vi är med i Städtetag")
    mark_language(page, editor, "Städtetag", "tyska")
    body.locator('.prose-menubar__selected [title^="Ordens språk"]').press("Enter")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    editor.click()
    page.keyboard.press("Control+End")
    body.get_by_role("button", name="Tabell", exact=True).press("Enter")
    expect(editor).to_be_focused()
    for text in ("År", "Ort", "Avtal", "1986"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    findings = Findings()
    select(editor, "1986")
    page.keyboard.press("Control+k")
    page.get_by_label("Eller sök en sida på webbplatsen").fill("e")
    expect(page.get_by_role("option", name="Eurotowns")).to_be_attached()
    findings.add("link", looks(page))
    show(page, WIDE_LIGHT)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+End")
    body.get_by_role("button", name="Bild", exact=True).press("Enter")
    dialog = page.get_by_role("dialog", name="Bild i texten")
    dialog.get_by_label("Bildfil").set_input_files({"name": "x.heic", "mimeType": "image/heic", "buffer": b"ftypheic"})
    dialog.get_by_label("Bildbeskrivning").fill("Torget")
    dialog.get_by_role("button", name="Lägg in bilden").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Exportera den som JPEG")
    findings.add("dialog", looks(page))
    show(page, WIDE_LIGHT)
    add_picture(page)
    findings.add("form", looks(page))
    publish(page, site, "hinder")
    findings.add("page", looks(page) | lost_texts(page))
    assert not findings.found, str(findings)
    page.context.close()


def test_megabyte_from_word_is_pasted_clean(site: Site, chromium: Browser) -> None:
    page = chromium.new_page()
    editor = open_editor(page, site, "Stort från Word")
    editor.evaluate(PASTE, ["text/html", WORD * (2**20 // len(WORD) + 1)])
    save_and_reopen(page, "Stort från Word")
    stored = page.locator("#id_body_sv").evaluate(DEFAULT)
    assert len(stored) < 100_000
    assert stored.count("<h3>Vad vi gjorde</h3>") == 2**20 // len(WORD) + 1


def test_pasted_word_text_is_clean_and_tells_what_was_removed(site: Site, chromium: Browser) -> None:
    # A page without the fixture's watch: the CSP rightly blocks the pasted style attributes.
    page = chromium.new_page()
    editor = open_editor(page, site, "Från Word")
    body, stored = page.locator(".form-row.field-body_sv"), page.locator("#id_body_sv")
    editor.evaluate(PASTE, ["text/html", WORD])
    expect(body.get_by_role("status")).to_have_text(
        "Det här följde inte med när du klistrade in: 1 kommentar, struken text, 1 bild."
    )
    save_and_reopen(page, "Från Word")
    assert re.sub(r"\s+", " ", stored.evaluate(DEFAULT)) == (
        "<h2>Rapport om utbyten</h2>"
        "<p>Vi besökte <strong>Borken</strong> i våras, se länk.</p>"
        "<h3>Vad vi gjorde</h3>"
        "<ul><li><p>Skolor</p><ul><li><p>Musik</p></li><li><p>Idrott</p></li></ul></li><li><p>Föreningar</p></li></ul>"
        "<p>Sedan:</p>"
        "<ol><li><p>Möte</p></li><li><p>Beslut</p></li></ol>"
        "<table><tbody><tr><th><p>Stad</p></th><th><p><strong>År</strong></p></th></tr>"
        "<tr><td><p>Borken</p></td><td><p>1986</p></td></tr></tbody></table>"
        "<p>Slut.</p>"
    )
    editor.fill("")
    editor.evaluate(PASTE, ["text/html", "<p>Rent</p>"])
    expect(body.get_by_role("status")).to_be_hidden()
    editor.evaluate(PASTE, ["file", "x"])
    told = "Bilder och filer går inte att klistra in eller dra till texten. Välj knappen Bild i stället."
    expect(body.get_by_role("status")).to_have_text(told)
    editor.evaluate(PASTE, ["text/html", '<p>Rent</p><img src="data:image/png;base64,iVBORw0KGgo=" alt="x">'])
    expect(body.get_by_role("status")).to_have_text("Det här följde inte med när du klistrade in: 1 bild.")
    editor.evaluate(DROP)
    expect(body.get_by_role("status")).to_have_text(told)
    assert "img" not in stored.input_value()
    page.close()
