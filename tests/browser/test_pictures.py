"""Chromium takes the lightest picture that is sharp enough, and nothing moves when pictures arrive."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site

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


def see_all_pictures(page: Page, url: str) -> None:
    """Scroll to every picture, as lazy ones come only then."""
    page.goto(url)
    for image in page.locator("main img").all():
        image.scroll_into_view_if_needed()
    # Not wait_for_function, which asks again by eval, and our CSP forbids that.
    page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")


@pytest.mark.parametrize(("width", "density"), [(360, 1), (360, 3), (800, 1), (1280, 1), (1280, 2)])
@pytest.mark.parametrize("path", ["/", "/natverk/", "/natverk/sern/", "/vanorter/", "/vanorter/borken/"])
def test_the_browser_takes_an_avif_that_is_sharp_and_no_larger_than_needed(
    site: Site, chromium: Browser, path: str, width: int, density: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, device_scale_factor=density)
    page = context.new_page()
    see_all_pictures(page, site.url + path)
    taken = page.evaluate(
        """[...document.querySelectorAll("main img")].map((image) => ({
            file: image.currentSrc, needed: image.clientWidth * devicePixelRatio,
            offered: image.parentElement.querySelector("source").srcset.split(", ").map((entry) => entry.split(" ")),
        }))"""
    )
    assert taken
    for image in taken:
        widths = {int(entry[1].removesuffix("w")): entry[0] for entry in image["offered"]}
        (width_taken,) = (offered for offered, file in widths.items() if image["file"] == f"{site.url}{file}")
        # A fifth too much is let through: `sizes` tells the layout in round numbers.
        sharp, ample = (min((w for w in widths if w >= image["needed"] * by), default=max(widths)) for by in (1, 1.2))
        assert width_taken in {sharp, ample}
        assert image["file"].endswith(".avif")
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/", "/natverk/sern/", "/vanorter/", "/vanorter/borken/"])
def test_nothing_shifts_while_loading(site: Site, chromium: Browser, path: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    see_all_pictures(page, site.url + path)
    shifts = page.evaluate(SHIFTS)
    # To three decimals, as browsers report the sum: a rounded fraction of a pixel is not a shift.
    assert round(sum(value for value, *_sources in shifts), 3) == 0, shifts
    context.close()


def test_the_header_stands_still_while_the_rest_of_it_arrives(site: Site, page: Page) -> None:
    """A slow line brings the language menu after the search form; Chromium may paint in between."""
    page.set_viewport_size({"width": 1280, "height": 800})
    for path in ("/", "/en/", "/da/", "/de/", "/it/", "/pl/", "/cs/", "/fr/"):
        page.goto(site.url + path)
        whole = page.locator(".site-bar .search-form").bounding_box()
        page.evaluate("document.querySelector('.languages').remove()")
        assert page.locator(".site-bar .search-form").bounding_box() == whole, path
