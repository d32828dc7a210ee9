"""The rich-text editor: links and pasted text."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Site, log_in

WORD = (Path(__file__).parent / "word.html").read_text()
DEFAULT = "(field) => field.defaultValue"
PASTE = """(editor, [type, text]) => {
    const data = new DataTransfer();
    if (type === "file") data.items.add(new File([text], "bild.png", {type: "image/png"}));
    else data.setData(type, text);
    editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def open_editor(page: Page, site: Site, title: str) -> Locator:
    log_in(page, site)
    page.goto(f"{site.url}/admin/pages/page/add/")
    page.locator("#id_title_sv").fill(title)
    editor = page.locator(".form-row.field-body_sv .tiptap")
    editor.click()
    return editor


def save_and_reopen(page: Page, title: str) -> None:
    page.get_by_role("button", name="Spara", exact=True).first.click()
    page.locator(".success").get_by_role("link", name=title).click()


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
        expect(dialog.get_by_text("Adress, till exempel")).to_be_visible()
        expect(dialog.get_by_text("Title")).to_be_hidden()
        dialog.locator("input").first.fill(typed)
        dialog.get_by_role("button", name="Spara länken").click()
        if typed.startswith("molndal"):
            save_and_reopen(page, "Länkar")
            assert stored.evaluate(DEFAULT) == '<p><a href="https://molndal.se/x">Eurotowns</a></p>'
    page.get_by_role("button", name="Spara", exact=True).first.click()
    expect(body.locator(".errorlist")).to_have_text(
        "Länken ”Eurotowns” har ingen adress som går att använda. Skriv till exempel https://www.molndal.se."
    )


def test_pasted_word_text_is_clean_and_tells_what_was_removed(site: Site, chromium: Browser) -> None:
    # A page without the fixture's watch: the CSP rightly blocks the pasted style attributes.
    page = chromium.new_page()
    editor = open_editor(page, site, "Från Word")
    body, stored = page.locator(".form-row.field-body_sv"), page.locator("#id_body_sv")
    editor.evaluate(PASTE, ["text/html", WORD])
    expect(body.get_by_role("status")).to_have_text(
        "Det här följde inte med när du klistrade in: 1 kommentar, struken text, 1 bild. "
        "Tabeller går inte att ha i texten. Varje rad blev ett stycke."
    )
    save_and_reopen(page, "Från Word")
    assert re.sub(r"\s+", " ", stored.evaluate(DEFAULT)) == (
        "<h2>Rapport om utbyten</h2>"
        "<p>Vi besökte <strong>Borken</strong> i våras, se länk.</p>"
        "<h3>Vad vi gjorde</h3>"
        "<ul><li><p>Skolor</p><ul><li><p>Musik</p></li><li><p>Idrott</p></li></ul></li><li><p>Föreningar</p></li></ul>"
        "<p>Sedan:</p>"
        "<ol><li><p>Möte</p></li><li><p>Beslut</p></li></ol>"
        "<p>Stad – <strong>År</strong></p><p>Borken – 1986</p>"
        "<p>Slut.</p>"
    )
    editor.fill("")
    editor.evaluate(PASTE, ["text/html", "<p>Rent</p>"])
    expect(body.get_by_role("status")).to_be_hidden()
    editor.evaluate(PASTE, ["file", "x"])
    expect(body.get_by_role("status")).to_have_text("Bilder och filer går inte att klistra in i texten.")
    page.close()
