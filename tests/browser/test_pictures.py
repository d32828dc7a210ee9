"""Responsive pictures in Chromium: the chosen variant, and no layout shift."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, log_in
from tests.publishing.test_images import picture

PATHS = ["/vanorter/", "/vanorter/borken/"]
SHIFTS = """() => new Promise((resolve) => {
    const shifts = [];
    const what = ({node, previousRect: from, currentRect: to}) =>
        `${node?.nodeName}.${node?.className?.baseVal ?? node?.className} ${JSON.stringify([from, to])}`;
    const add = (entries) => entries.forEach((entry) => shifts.push([entry.value, ...entry.sources.map(what)]));
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({type: "layout-shift", buffered: true});
    // Two frames later all that was buffered has been told.
    requestAnimationFrame(() => requestAnimationFrame(() => { add(observer.takeRecords()); resolve(shifts); }));
})"""


def wait_until_shown(site: Site) -> None:
    """Wait until every worker shows the picture: a dozen connections in a row reach both."""
    until = time.monotonic() + 60
    for path in PATHS:
        while not all(b"Torget i Borken" in urlopen(site.url + path).read() for _ in range(12)):
            assert time.monotonic() < until, path


@pytest.fixture
def illustrated(site: Site, chromium: Browser, tmp_path: Path) -> Iterator[Site]:
    """The site while a town has a picture."""
    (tmp_path / "torget.jpg").write_bytes(picture("JPEG", (1800, 1200)))
    context = chromium.new_context(locale="sv-SE")
    page = context.new_page()
    log_in(page, site)

    def open_borken() -> None:
        page.goto(f"{site.url}/admin/twinning/town/?q=Borken")
        page.locator("#result_list").get_by_role("link", name="Borken").first.click()

    open_borken()
    page.locator("#id_image").set_input_files(tmp_path / "torget.jpg")
    page.get_by_label("Bildbeskrivning [sv]:").fill("Torget i Borken")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    wait_until_shown(site)
    yield site
    open_borken()
    page.get_by_label("Ta bort bilden").check()
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    context.close()


def see_all_pictures(page: Page, url: str) -> None:
    """Scroll to every picture, as lazy ones come only then."""
    page.goto(url)
    for image in page.locator("main img").all():
        image.scroll_into_view_if_needed()
    # Not wait_for_function, which asks again by eval, and our CSP forbids that.
    page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")


def test_browser_takes_a_sharp_avif_and_nothing_shifts(illustrated: Site, chromium: Browser) -> None:
    for width, density in [(360, 1), (360, 3), (800, 1), (1280, 2)]:
        for path in PATHS:
            context = chromium.new_context(
                viewport={"width": width, "height": 800}, device_scale_factor=density, reduced_motion="reduce"
            )
            page = context.new_page()
            see_all_pictures(page, illustrated.url + path)
            taken = page.evaluate(
                """[...document.querySelectorAll("main img")].map((image) => ({
                    file: image.currentSrc, needed: image.clientWidth * devicePixelRatio,
                    offered: image.parentElement.querySelector("source").srcset.split(", ")
                }))"""
            )
            assert taken, path
            for image in taken:
                widths = {int(wide[:-1]): file for file, wide in (entry.split(" ") for entry in image["offered"])}
                (chosen,) = (one for one, file in widths.items() if image["file"] == f"{illustrated.url}{file}")
                # A fifth too much is let through: `sizes` tells the layout in round numbers.
                needed = [image["needed"] * by for by in (1, 1.2)]
                assert chosen in {min((w for w in widths if w >= n), default=max(widths)) for n in needed}, image
                assert image["file"].endswith(".avif")
            # To three decimals, as browsers report the sum: a rounded fraction of a pixel is not a shift.
            # A busy machine may paint half of a header once; what shifts by its layout does so at every load.
            for _load in range(3):
                shifts = page.evaluate(SHIFTS)
                if round(sum(value for value, *_sources in shifts), 3) == 0:
                    break
                see_all_pictures(page, illustrated.url + path)
            assert round(sum(value for value, *_sources in shifts), 3) == 0, (path, width, shifts)
            context.close()


def test_header_stands_still_while_the_rest_arrives(site: Site, page: Page) -> None:
    """A slow line brings the language menu after the search form; Chromium may paint in between."""
    page.set_viewport_size({"width": 1280, "height": 800})
    for path in ("/", "/en/", "/da/", "/de/", "/it/", "/pl/", "/cs/", "/fr/"):
        page.goto(site.url + path)
        whole = page.locator(".site-bar .search-form").bounding_box()
        page.evaluate("document.querySelector('.languages').remove()")
        assert page.locator(".site-bar .search-form").bounding_box() == whole, path
