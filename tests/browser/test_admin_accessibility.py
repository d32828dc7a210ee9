"""Accessibility of the admin: WCAG 2.2 A and AA, AAA contrast and axe's best practices, on every kind of page."""

import re
from collections.abc import Iterator
from itertools import chain

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import (
    NARROW_DARK,
    NOTHING_STAYS,
    WIDE_LIGHT,
    Findings,
    barriers,
    keyboard_faults,
    looks,
    lost_texts,
    show,
    sideways,
)
from tests.browser.conftest import Site, log_in

# Beside lists and forms, which the first page links to.
OTHER_PAGES = [
    "help/",
    "find/?q=borken",
    "feedback/answer/rapport/",
    "networks/network/add/",
    "networks/network/1/history/",
    "networks/network/1/delete/",
    "networks/focusarea/deleted/",
    "networks/network/?missing=de",
    "twinning/partnership/add/",
    "twinning/partnership/1/history/",
    "twinning/partnership/1/delete/",
    "feedback/retention/add/",
    "auth/user/add/",
    "oversatt/networks.network/1/de/",
]


@pytest.fixture
def editor(site: Site, chromium: Browser) -> Iterator[Page]:
    """A coordinator's page on which nothing moves; its CSP lets a test add a style."""
    context = chromium.new_context(reduced_motion="reduce", bypass_csp=True, locale="sv-SE")
    page = context.new_page()
    log_in(page, site)
    yield page
    context.close()


def open_page(page: Page, url: str) -> None:
    """Open a page of the admin and wait until every editor in it has built itself."""
    response = page.goto(url)
    assert response
    assert response.status == 200, url
    wait_for_editors(page)


def wait_for_editors(page: Page) -> None:
    page.wait_for_function(
        """() => document.readyState === "complete" && [...document.querySelectorAll("textarea")]
            .filter((field) => !field.name.includes("__prefix__")
                && [...field.attributes].some((attribute) => attribute.name.startsWith("data-django-prose-editor")))
            .every((field) => field.parentElement.querySelector(".tiptap"))"""
    )


def lists_and_forms(page: Page, site: Site) -> Iterator[str]:
    """Every list, and the form of the first object in it."""
    page.goto(f"{site.url}/admin/")
    lists = page.locator("#menu a.list").evaluate_all("(links) => links.map((link) => link.pathname)")
    assert len(lists) > 10
    for path in lists:
        yield path  # which is open from now on
        first = page.locator("#result_list tbody th a").first
        if first.count():
            yield str(first.get_attribute("href")).partition("?")[0]


# Fields without a name, those of hidden languages too.
NAMELESS = """() => [...document.querySelectorAll(
        `.tiptap, [role=combobox]:not([tabindex="-1"]), [role=textbox], select, textarea,
        input:not([type=hidden], [type=submit], .hidden)`)]
    .filter((field) => !field.matches("[aria-label], [aria-labelledby], .select2-hidden-accessible")
        && !field.labels?.length && !field.closest(".empty-form") && !field.parentElement.querySelector(".tiptap"))
    .map((field) => field.outerHTML.slice(0, 120))"""


def every_page(page: Page, site: Site) -> Iterator[str]:
    """Open one page after the other."""
    others = [f"/admin/{path}" for path in OTHER_PAGES] + ["/konto/"]
    for path in chain(("/admin/", "/admin/networks/network/2/change/"), lists_and_forms(page, site), others):
        open_page(page, site.url + path)
        yield path


# One of each template, looked at in every way. Of the others axe sees the forms; lists differ in names and width alone.
OF_ITS_KIND = re.compile(
    r"/konto/|/admin/((help|find|oversatt|feedback/answer/rapport)/.*|networks/focusarea/deleted/"
    r"|networks/network/(2/change/|1/history/|1/delete/)?|(twinning/town|feedback/answer|auth/user)/\d+/change/"
    r"|partners/confirmation/\d+/change/)?"
)

# Large forms whose widgets all stand in those of a network, a town, an article, an agreement or the statement.
SAME_WIDGETS = re.compile(
    r"/admin/(networks/(network/add|focusarea/\d+/change|project/\d+/change)|pages/page/\d+/change"
    r"|contacts/contact/\d+/change|twinning/exchange/\d+/change)/"
)


def test_every_page_is_accessible(site: Site, editor: Page) -> None:
    """Names and width; forms to axe; one of each template by keyboard, in every mode, with large and spaced text."""
    # Something to do on the first page, and an answer in the report.
    editor.goto(f"{site.url}/natverk/sern/")
    editor.get_by_role("button", name="Nej").click()
    expect(editor.locator("[name=comment]")).to_be_visible()
    editor.goto(f"{site.url}/admin/networks/focusarea/")
    editor.get_by_role("link", name="kunskapsekonomi").click()
    editor.get_by_label("Granskad:").fill("2020-01-02")
    editor.get_by_role("button", name="Spara och publicera").first.click()
    editor.goto(f"{site.url}/admin/networks/network/2/change/")
    editor.get_by_role("button", name="Förhandsgranska").first.click()
    editor.get_by_role("button", name="Skapa en länk").click()
    findings, opened = Findings(), list[str]()
    for path in every_page(editor, site):
        opened.append(path)
        findings.add(path, {"names": editor.evaluate(NAMELESS)})
        if OF_ITS_KIND.fullmatch(path):
            findings.add(path, {"keyboard": keyboard_faults(editor)} | looks(editor) | lost_texts(editor))
        else:
            is_new = path.endswith(("/change/", "/add/")) and not SAME_WIDGETS.fullmatch(path)
            findings.add(path, {"axe": barriers(editor)} if is_new else {})
            show(editor, NARROW_DARK)
            findings.add(path, {"320 px": sideways(editor)})
        show(editor, WIDE_LIGHT)
    editor.goto(f"{site.url}/admin/")
    expect(editor.get_by_role("button", name="Stämmer fortfarande Kunskapsekonomi")).to_be_visible()
    assert sum("/change/" in path for path in opened) > 10
    assert not findings.found, str(findings)


def states_of_a_form(page: Page, site: Site) -> Iterator[str]:
    """A draft, its preview, a newer version, the history, what is thrown away, and a lost session."""
    page.goto(f"{site.url}/admin/networks/focusarea/")
    page.get_by_role("link", name="sociala frågor").click()
    form = page.url
    summary = page.get_by_label("Sammanfattning [sv]:")
    summary.fill("Text.")
    page.get_by_role("button", name="Spara och publicera").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(form)
    summary.fill("Utkast.")
    page.get_by_role("button", name="Spara utkast").first.click()
    yield "draft"
    page.get_by_role("button", name="Förhandsgranska").first.click()
    yield "preview"
    page.get_by_role("button", name="Skapa en länk").click()
    page.get_by_role("link", name="Telefon").click()
    yield "shared preview on a phone"
    page.goto(f"{form}?live=1")
    yield "public text beside a draft"
    page.locator("[name=_seen]").evaluate("(input) => { input.value = 'older'; }")
    summary.fill("Min text.")
    page.get_by_role("button", name="Spara och publicera").first.click()
    yield "newer version"
    page.get_by_role("button", name="Spara och publicera").first.click()
    page.goto(form.replace("/change/", "/history/"))
    yield "history"
    page.goto(form)
    page.get_by_text("Fler val").click()
    yield "more to choose from"
    page.get_by_role("button", name="Kasta utkastet").click()
    yield "throw away the draft"
    page.get_by_role("button", name="Ja, kasta utkastet").click()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Spara och publicera").first.click()
    yield "lost session"


# What has colours of its own: a banner, what was removed and added, what is not saved yet.
COLOURED = {"draft", "newer version", "lost session"}


def test_axe_finds_no_barrier_while_editing(site: Site, editor: Page) -> None:
    editor.add_init_script(NOTHING_STAYS)
    findings = Findings()
    for state in states_of_a_form(editor, site):
        wait_for_editors(editor)
        findings.add(state, looks(editor) if state in COLOURED else {"axe": barriers(editor)})
        show(editor, NARROW_DARK)
        findings.add(state, {"320 px": sideways(editor)})
        show(editor, WIDE_LIGHT)
    assert not findings.found, str(findings)


def test_axe_finds_no_barrier_in_the_report(site: Site, editor: Page) -> None:
    """All its pages with everything unfolded."""
    editor.goto(f"{site.url}/natverk/sern/")
    editor.get_by_role("button", name="Nej").click()
    expect(editor.locator("[name=comment]")).to_be_visible()
    findings = Findings()
    editor.goto(f"{site.url}/admin/feedback/answer/rapport/")
    editor.locator(".page-report h2 a").first.click()
    editor.wait_for_url("**/rapport/*/*")
    editor.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    findings.add(editor.url, looks(editor) | lost_texts(editor))
    assert not findings.found, str(findings)
