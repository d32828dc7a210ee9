"""The second page: prerendered while the reader points at its link; going back; motion."""

import json
import re
import subprocess
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FLAGS, Site
from tests.browser.devtools import tab
from tests.browser.page_kinds import KINDS
from tests.servers import ROOT

ANSWERS = ("/sok/", "/aterkoppling/")  # a page for each reader
# Other addresses that must not be fetched ahead of a click.
NEVER = """
    /admin/ /admin/login/ /admin/networks/network/1/change/ /konto/ /konto/2fa/ /forhandsvisning/abc/sv/
    /sok/ /sok/?q=sern /en/search/ /de/suche/?q=a /pl/szukaj/ /aterkoppling/ /aterkoppling/varfor/?answer=x
    /en/feedback/ /fr/avis/ /andringar/ /en/changes/ /?a=b /natverk/?page=2 /data/networks.json /data/catalog.jsonld
    /aktuellt/calendar.ics /kontakt/1.vcf /media/pictures/a.png /static/site/site.js /sitemap.xml https://www.molndal.se/
    mailto:a@example.org tel:+4631
""".split()  # noqa: SIM905 (a list to be read)
MATCHES = """([address, { prerender: [{ where: { and: [pages, { not: others }] } }] }]) => {
    const matches = (pattern) => new URLPattern(pattern, location.href).test(address);
    const is = (patterns) => patterns.href_matches.some(matches);
    return is(pages) && !is(others);
}"""


def chromium_path() -> str:
    command = [ROOT / "tools/chromium"]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def test_the_rules_match_public_pages_only(page: Page, site: Site) -> None:
    page.goto(site.url)
    rules = page.evaluate("fetch('/spec.json').then((answer) => answer.json())")
    public = [kind.path for kind in KINDS if kind.status == 200 and not kind.path.startswith(ANSWERS)]
    assert len(public) > 15
    for path, wanted in [*((path, True) for path in public), *((path, False) for path in NEVER)]:
        assert page.evaluate(MATCHES, [urljoin(site.url, path), rules]) is wanted, path


def test_a_page_that_is_pointed_at_is_prerendered(site: Site) -> None:
    link = '.ways-in a[href="/vanorter/"]'
    with tab(chromium_path(), FLAGS) as browser:
        browser.open(site.url)
        found = browser.candidates(f"{site.url}/vanorter/")
        assert all(re.fullmatch(rf"{site.url}(/|/.*/)", url) for url in found)
        assert not [url for url in found if "/sok/" in url or "/andringar/" in url]
        assert browser.point_at(link) == "Ready"
        assert browser.evaluate("document.prerendering", browser.pages[-1]) is True
        browser.click(link)
        browser.follow()
        assert browser.evaluate("location.pathname") == "/vanorter/"
        assert browser.evaluate("performance.getEntriesByType('navigation')[0].activationStart") > 0


def test_a_page_prerendered_a_minute_ago_is_reloaded(page: Page, site: Site) -> None:
    page.clock.install()
    page.goto(site.url)
    for seconds, reloaded in ((59, False), (2, True)):
        page.evaluate("window.same = true")
        page.clock.fast_forward(seconds * 1000)
        page.evaluate("document.dispatchEvent(new Event('prerenderingchange'))")
        if reloaded:
            page.wait_for_function("window.same === undefined")
        else:
            assert page.evaluate("window.same") is True
    expect(page.locator("h1")).to_be_visible()


def test_going_back_shows_the_page_that_was_left(site: Site) -> None:
    """From the back/forward cache, which Playwright turns off."""
    with tab(chromium_path(), FLAGS) as browser:
        for path in ("/natverk/sern/", "/vanorter/", "/en/"):
            browser.open(f"{site.url}{path}")
            browser.evaluate("addEventListener('pageshow', (event) => { window.kept = event.persisted })")
            browser.open(f"{site.url}/kontakt/")
            browser.evaluate("history.back()")
            shown = browser.wait_for("Page.frameNavigated", lambda said, path=path: said["frame"]["url"].endswith(path))
            assert shown["type"] == "BackForwardCacheRestore", path
            assert browser.evaluate("[location.pathname, window.kept]") == [path, True]


def test_pages_change_in_motion_where_that_costs_nothing(chromium: Browser, site: Site) -> None:
    """Nobody is moved who asked for little motion, and no page is that the browser makes ready beforehand."""
    for motion, makes_ready, moved in (
        ("no-preference", False, True),
        ("no-preference", True, False),
        ("reduce", False, False),
    ):
        context = chromium.new_context(reduced_motion=motion)
        page = context.new_page()
        page.add_init_script(
            f"""HTMLScriptElement.supports = () => {json.dumps(makes_ready)};
            addEventListener('pagereveal', ({{ viewTransition }}) => {{
                window.moved = viewTransition ? viewTransition.ready.then(() => true, () => false) : false;
            }});"""
        )
        page.goto(f"{site.url}/natverk/")
        page.locator('.site-nav a[href="/vanorter/"]').click()
        expect(page).to_have_url(f"{site.url}/vanorter/")
        page.wait_for_function("window.moved !== undefined")
        assert page.evaluate("window.moved") is moved, (motion, makes_ready)
        context.close()
