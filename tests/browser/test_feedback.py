"""Feedback in a real browser: in place, with the keyboard, and without JavaScript."""

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.checks import Findings, Mode, looks, show, sideways
from tests.browser.conftest import Site
from tests.browser.test_html import UNKNOWN, check

PERSON = "811218-9876"


def section(page: Page) -> Locator:
    return page.locator(".feedback")


def heading(page: Page) -> Locator:
    return section(page).get_by_role("heading", level=2)


def status(page: Page) -> Locator:
    return section(page).get_by_role("status").first


def test_browser_without_submitter_answers_too(site: Site, page: Page) -> None:
    page.add_init_script("delete SubmitEvent.prototype.submitter")  # Safari before 15.4
    page.goto(f"{site.url}/natverk/sern/")
    page.get_by_role("button", name="Nej").press("Enter")
    expect(heading(page)).to_have_text("Tack! Vill du berätta varför?")
    page.get_by_label("Kommentar").fill("Krångliga ord")
    page.get_by_role("button", name="Skicka").click()
    expect(heading(page)).to_have_text("Tack för ditt svar")


def test_a_reader_answers_and_says_why_in_place(site: Site, page: Page) -> None:
    url = f"{site.url}/natverk/sern/"
    page.goto(url)
    page.get_by_role("button", name="Nej").click()
    expect(heading(page)).to_have_text("Tack! Vill du berätta varför?")
    expect(heading(page)).to_be_focused()
    expect(status(page)).to_contain_text("Ditt svar är sparat.")
    page.get_by_label("Det är svårt att förstå").check()
    page.get_by_label("Kommentar").fill("Krångliga ord")
    expect(section(page).locator("[data-left]")).to_have_text("Tecken kvar: 487")
    page.get_by_role("button", name="Skicka").click()
    expect(heading(page)).to_have_text("Tack för ditt svar")
    expect(heading(page)).to_be_focused()
    expect(section(page).locator("form, .back")).to_have_count(0)
    expect(page).to_have_url(url)


def test_the_keyboard_is_enough(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/natverk/sern/")
    page.get_by_role("button", name="Nej").focus()
    page.keyboard.press("Enter")
    expect(heading(page)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Det är svårt att förstå")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Med tangenter")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skicka")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Tack för ditt svar")


def test_personal_data_is_shown_before_it_is_sent_again(site: Site, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{site.url}/natverk/sern/")
    page.get_by_role("button", name="Ja").click()
    page.get_by_label("Kommentar").fill(f"Jag är {PERSON}")
    page.get_by_role("button", name="Skicka").click()
    expect(heading(page)).to_have_text("Inte skickat än")
    expect(section(page).get_by_role("listitem")).to_have_text(f"{PERSON} (personnummer)")
    expect(page.get_by_label("Kommentar")).to_have_value(f"Jag är {PERSON}")
    page.get_by_role("button", name="Skicka").click()
    expect(heading(page)).to_have_text("Tack för ditt svar")
    page.close()


def test_it_works_in_polish(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/pl/sieci-wspolpracy/sern/")
    page.get_by_role("button", name="Nie", exact=True).click()
    expect(page.get_by_role("textbox").last).to_be_visible()
    expect(heading(page)).to_be_focused()
    assert "/pl/" in str(section(page).locator("form").get_attribute("action"))
    section(page).get_by_role("radio").first.check()
    section(page).get_by_role("button").click()
    expect(heading(page)).to_have_text("Dziękujemy za odpowiedź")


def test_what_was_typed_stays_when_the_line_breaks(site: Site, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{site.url}/natverk/sern/")
    page.route("**/aterkoppling/", lambda route: route.abort())
    page.get_by_role("button", name="Nej").click()
    expect(status(page)).to_have_text("Det gick inte att skicka. Vänta en stund och försök igen.")
    expect(page.get_by_role("button", name="Nej")).to_be_focused()
    expect(page.get_by_role("button", name="Nej")).to_be_enabled()
    page.unroute("**/aterkoppling/")
    page.get_by_role("button", name="Nej").click()
    page.get_by_label("Kommentar").fill("Kvar")
    page.route("**/varfor/", lambda route: route.fulfill(status=503, body="<h1>Vila</h1>"))
    page.get_by_role("button", name="Skicka").click()
    expect(status(page)).to_have_text("Det gick inte att skicka. Vänta en stund och försök igen.")
    expect(page.get_by_label("Kommentar")).to_have_value("Kvar")
    expect(page.get_by_role("button", name="Skicka")).to_be_enabled()
    page.close()


def test_the_buttons_rest_while_something_is_sent(site: Site, page: Page) -> None:
    waiting: list[Route] = []
    page.goto(f"{site.url}/natverk/sern/")
    page.route("**/aterkoppling/", lambda route: waiting.append(route))  # noqa: PLW0108 (it takes no method of a list)
    page.get_by_role("button", name="Ja").dblclick()
    expect(section(page).locator("button:disabled")).to_have_count(2)
    assert len(waiting) == 1
    waiting[0].continue_()
    expect(heading(page)).to_be_focused()


def test_all_works_without_javascript(site: Site, plain: Page) -> None:
    plain.goto(f"{site.url}/natverk/sern/")
    plain.get_by_role("button", name="Nej").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Tack! Vill du berätta varför?")
    plain.get_by_label("Något är fel").check()
    plain.get_by_label("Kommentar").fill(f"{PERSON} är mitt")
    plain.get_by_role("button", name="Skicka").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Inte skickat än")
    expect(plain).to_have_title(re.compile("^Inte skickat än"))
    expect(plain.get_by_label("Något är fel")).to_be_checked()
    plain.get_by_label("Kommentar").fill("Nu utan nummer")
    plain.get_by_role("button", name="Skicka").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Tack för ditt svar")
    plain.get_by_role("link", name="Tillbaka till sidan").click()
    expect(plain).to_have_url(f"{site.url}/natverk/sern/")
    assert plain.context.cookies() == []


def steps(page: Page, site: Site) -> Iterator[str]:
    """Stop at each step in place, then at each as a page of its own."""
    page.goto(f"{site.url}/natverk/eurotowns/")
    page.get_by_role("button", name="Nej").click()
    expect(heading(page)).to_be_focused()
    yield "asked in place"
    signed = section(page).locator("[name=answer]").get_attribute("value")
    page.get_by_label("Kommentar").fill(f"{PERSON} {'lång' * 30}")
    section(page).get_by_role("button").click()
    expect(heading(page)).to_have_text("Inte skickat än")
    yield "sent back in place"
    page.goto(f"{site.url}/aterkoppling/varfor/?answer={signed}")
    yield "asked"
    page.get_by_label("Kommentar").fill(f"{PERSON} {'lång' * 30}")
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inte skickat än")
    yield "sent back"
    page.locator("[name=answer]").evaluate("(input) => { input.value = 'x'; }")
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Svaret kunde inte tas emot")
    yield "refused"


def test_no_step_has_a_barrier(site: Site, still: Page, tmp_path: Path) -> None:
    findings = Findings()
    for step in steps(still, site):
        html = still.locator("html").evaluate("(element) => element.outerHTML")
        (tmp_path / f"{step}.html").write_text(f"<!doctype html>{html}")
        findings.add(step, looks(still))
        show(still, Mode(320))
        findings.add(step, {"320 px": sideways(still)})
        show(still, Mode())
    assert not findings.found, str(findings)
    messages = check(tmp_path)
    assert [f"{m['url']}: {m['message']}" for m in messages if m["message"] not in UNKNOWN] == []
