"""Accessibility of public pages: WCAG 2.2 A and AA, AAA contrast and axe's best practices, in several modes."""

from playwright.sync_api import Page, expect

from tests.browser.checks import Findings, Mode, barriers, keyboard_faults, looks, lost_texts, show, sideways
from tests.browser.conftest import Site
from tests.browser.page_kinds import KINDS, Kind, visit

# Where a language has the longest words, or shows Swedish text.
WIDE_WORDS = [
    Kind("/de/partnerstaedte/", "de"),
    Kind("/da/venskabsbyer/", "da"),
    Kind("/fr/a-propos/personuppgifter/", "fr"),
]


NARROW, WIDE = Mode(320, 640, "dark"), Mode(1280, 640)
# What a wide window lays out in another way: the front, a map with lists beside it, a page of facts.
WIDE_PATHS = ("/", "/vanorter/", "/natverk/sern/", "/vill-du-delta/")


def test_every_page_is_accessible(site: Site, still: Page) -> None:
    """To axe; one of each template by keyboard, in every mode, and with text that is large or spaced."""
    findings = Findings()
    for kind in (kind for kind in KINDS if kind.language == "sv"):
        for mode in [WIDE, NARROW] if kind.path in WIDE_PATHS else [NARROW]:
            show(still, mode)
            visit(still, site.url, kind)
            if not kind.alike:
                findings.add(kind, {str(mode): keyboard_faults(still)})
        still.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        if kind.alike:
            findings.add(kind, {"axe": barriers(still), "320 px": sideways(still)})
            continue
        findings.add(kind, looks(still))
        still.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = false; })")
        findings.add(kind, lost_texts(still))
    assert not findings.found, str(findings)


def test_other_languages_are_accessible(site: Site, still: Page) -> None:
    """Their pages have the Swedish ones' templates and styles: what differs is the words and their language."""
    findings = Findings()
    for kind in [*(kind for kind in KINDS if kind.language != "sv"), *WIDE_WORDS]:
        show(still, Mode())
        visit(still, site.url, kind)
        findings.add(kind, {"axe": barriers(still)} | lost_texts(still))
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
