"""The printable pages on paper."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Walk


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_paper_has_the_text_and_no_control(walk: Walk) -> None:
    page = walk.page
    page.emulate_media(media="print")
    for path in ("/admin/aret/", "/admin/lamna-over/"):
        page.goto(walk.site.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("Eurotowns").first).to_be_visible()
        for control in page.locator("button, input, select, nav, header, footer").all():
            expect(control).to_be_hidden()


def test_year_is_on_one_sheet(walk: Walk) -> None:
    walk.page.goto(f"{walk.site.url}/admin/aret/")
    assert sheets(walk.page) == 1


def test_year_is_chosen(walk: Walk) -> None:
    page = walk.page
    page.goto(f"{walk.site.url}/admin/aret/")
    earlier = page.get_by_label("År", exact=True).locator("option").nth(1).inner_text()
    page.get_by_label("År", exact=True).select_option(earlier)
    walk.click("Visa")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Året i korthet {earlier}")
