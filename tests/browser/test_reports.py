"""The printable pages on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Walk

PATHS = ["/admin/aret/", "/admin/lamna-over/"]


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("path", PATHS)
def test_paper_has_the_text_and_no_control(walk: Walk, path: str) -> None:
    page = walk.page
    page.goto(walk.site.url + path)
    page.emulate_media(media="print")
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


def test_package_is_downloaded(walk: Walk) -> None:
    walk.page.goto(f"{walk.site.url}/admin/")
    walk.click(walk.page.get_by_role("link", name="Arkivpaket"))
    walk.page.set_default_timeout(300_000)  # hundreds of pages on a busy machine
    with walk.page.expect_download() as download:
        walk.click("Hämta arkivpaket")
    assert re.fullmatch(r"molndals-stad-internationellt-\d{4}-\d\d-\d\d\.zip", download.value.suggested_filename)
