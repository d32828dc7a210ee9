"""Accessibility of public pages: WCAG 2.2 A and AA, AAA contrast and axe's best practices, in several modes."""

import re
import tomllib
from collections.abc import Iterator
from html import unescape

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import Findings, Mode, keyboard_faults, looks, lost_texts, show
from tests.browser.conftest import Site
from tests.browser.page_kinds import KINDS, Kind, visit
from tests.servers import ROOT

# Where a language has the longest words, or shows Swedish text.
WIDE_WORDS = [
    Kind("/de/partnerstaedte/", "de"),
    Kind("/da/venskabsbyer/", "da"),
    Kind("/fr/a-propos/personuppgifter/", "fr"),
]


@pytest.fixture
def still(chromium: Browser) -> Iterator[Page]:
    """A page on which nothing moves, so that nothing is measured half way; its CSP lets a test add a style."""
    context = chromium.new_context(reduced_motion="reduce", bypass_csp=True)
    yield context.new_page()
    context.close()


def test_every_page_is_accessible(site: Site, still: Page) -> None:
    """By keyboard, wide and narrow; to axe in every mode; with text that is large or spaced."""
    findings = Findings()
    for kind in [*KINDS, *WIDE_WORDS]:
        for mode in (Mode(320, 640, "dark"), Mode(1280, 640)):
            show(still, mode)
            visit(still, site.url, kind)
            findings.add(kind, {str(mode): keyboard_faults(still)})
        if kind not in WIDE_WORDS:
            still.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
            findings.add(kind, looks(still))
            still.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = false; })")
        findings.add(kind, lost_texts(still))
    assert not findings.found, str(findings)


def test_the_first_stop_skips_to_the_content(site: Site, still: Page) -> None:
    still.goto(site.url)
    still.keyboard.press("Tab")
    expect(still.locator(":focus")).to_be_in_viewport()
    still.keyboard.press("Enter")
    expect(still.locator("main")).to_be_focused()


def test_the_language_menu_needs_no_mouse(site: Site, still: Page) -> None:
    still.goto(site.url)
    menu, polish = still.locator("summary", has_text="Svenska"), still.get_by_role("link", name="Polski")
    menu.focus()
    still.keyboard.press("Enter")
    for _ in range(6):
        still.keyboard.press("Tab")
    expect(polish).to_be_focused()
    expect(polish).to_be_in_viewport()
    menu.focus()
    still.keyboard.press("Enter")
    expect(polish).to_be_hidden()
    still.keyboard.press("Enter")
    polish.focus()
    still.keyboard.press("Enter")
    expect(still).to_have_url(f"{site.url}/pl/")


def test_only_the_current_section_is_marked_in_forced_colours(site: Site, still: Page) -> None:
    show(still, Mode(forced_colors="active"))
    still.goto(f"{site.url}/vanorter/")
    marked = """(links) => links.filter((link) => getComputedStyle(link).borderBottomColor
        !== getComputedStyle(document.body).backgroundColor).map((link) => link.textContent)"""
    assert still.locator(".site-nav a").evaluate_all(marked) == ["Vänorter"]


def test_search_forms_on_one_page_have_different_names(site: Site, still: Page) -> None:
    for path in ("/sok/", "/finns-inte/", "/om/borttagen/"):
        still.goto(f"{site.url}{path}")
        for name in ("Sök", "Sök på webbplatsen"):
            expect(still.get_by_role("search", name=name, exact=True)).to_have_count(1)


# Names are the same in every language, and are not marked.
NAMES = {"name", "full_name", "short_name", "association_name", "phone", "email", "slug", "section", "source"}


def untranslated(language: str) -> set[str]:
    """The Swedish texts of the real content that have no translation, as they stand between two tags."""
    found: set[str] = set()
    for path in (ROOT / "content").rglob("*.toml"):
        data = tomllib.loads(path.read_text("utf-8"))
        for part in (data, *data.get("facts", []), *data.get("projects", [])):
            for value in (v for k, v in part.get("sv", {}).items() if k not in {*part.get(language, {}), *NAMES}):
                found |= {" ".join(unescape(text).split()) for text in re.split(r"<[^>]+>", value)}
    # A single word may be the same in both languages, as Kontakt is in Polish.
    return {text for text in found if " " in text or set("åäöÅÄÖ") & set(text)}


TEXTS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.data.trim().split(/\\s+/).join(" ");
        found.push([text, walker.currentNode.parentElement.closest("[lang]").lang]);
    }
    for (const image of document.images) found.push([image.alt, image.closest("[lang]").lang]);
    return found;
}"""


def test_the_page_and_every_foreign_part_name_their_language(site: Site, still: Page) -> None:
    findings = Findings()
    known = {language: untranslated(language) for language in {kind.language for kind in KINDS}}
    for kind in KINDS:
        visit(still, site.url, kind)
        expect(still.locator("html")).to_have_attribute("lang", kind.language)
        swedish = [(text, lang) for text, lang in still.evaluate(TEXTS) if text in known[kind.language]]
        if kind.language == "pl" and kind.status == 200:
            assert swedish
        findings.add(kind, {"not marked as Swedish": [text for text, lang in swedish if lang != "sv"]})
    assert not findings.found, str(findings)
