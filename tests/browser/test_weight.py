"""Weight of pages: the first view fits in the first round trip of a connection.

`python -m tests.browser.test_weight http://127.0.0.1:8000` prints the bytes of every kind of page of a running site.
"""

import gzip
import re
import sys
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import Site
from tests.browser.page_kinds import KINDS, Kind, fetch, visit

# Ten packets of 1460 bytes (RFC 6928), less what their headers and the answer's take.
FIRST_VIEW = 14 * 1024
SCRIPTS = 5000


def compressed(site_url: str, kind: Kind) -> tuple[int, str]:
    """A page's bytes as sent to a browser that takes gzip, and its HTML."""
    sent, encoding = fetch(site_url, kind, **{"Accept-Encoding": "gzip"})
    html = gzip.decompress(sent) if encoding == "gzip" else sent
    # Without a proxy that compresses, count what one would make of it.
    return len(sent if encoding == "gzip" else gzip.compress(html, 6)), html.decode()


def weigh(site_url: str, kind: Kind) -> dict[str, int]:
    """The compressed bytes of a page's HTML, of the styles its first view waits for, and of its scripts."""
    weight, html = compressed(site_url, kind)
    heads = [tag for tag in re.findall(r"<link\b[^>]*>", html) if 'rel="stylesheet"' in tag]
    styles = [found for tag in heads for found in re.findall(r'href="([^"]+)"', tag)]
    scripts = re.findall(r'<script\b[^>]*\bsrc="([^"]+)"', html)

    def total(addresses: list[str]) -> int:
        paths = [urlsplit(urljoin(site_url, address)).path for address in addresses]
        return sum(compressed(site_url, Kind(path))[0] for path in paths)

    return {"html": weight, "css": total(styles), "js": total(scripts)}


def test_the_first_view_fits_in_14_kilobytes(site: Site) -> None:
    weights = {str(kind): weigh(site.url, kind) for kind in KINDS}
    for kind, weight in weights.items():
        assert 3000 < weight["html"] + weight["css"] <= FIRST_VIEW, kind
        assert weight["js"] <= SCRIPTS, kind


def test_pages_ask_no_other_site_and_store_nothing(site: Site, chromium: Browser) -> None:
    """On every kind of page; a warning or an error of any policy fails the test too."""
    context = chromium.new_context(locale="sv-SE")
    page = context.new_page()
    answers: list[Response] = []
    said: list[str] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (Playwright takes no method of a list)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for kind in KINDS:
        visit(page, site.url, kind)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_function(
            "document.fonts.status === 'loaded' && [...document.images].every((one) => one.complete)"
        )
        assert context.cookies() == [], kind
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0], kind
        assert page.evaluate("(async () => (await indexedDB.databases()).length)()") == 0, kind
        allowed = page.evaluate("document.featurePolicy.allowedFeatures()")
        assert not {"camera", "geolocation"} & set(allowed), kind
    assert [text for text in said if "the server responded with a status of 4" not in text] == []
    assert {urlsplit(answer.url).netloc for answer in answers} == {urlsplit(site.url).netloc}
    fonts = {answer.url for answer in answers if answer.request.resource_type == "font"}
    assert fonts == {f"{site.url}/static/site/inter-4.1.woff2"}
    assert len({answer.url for answer in answers}) > len(KINDS)
    context.close()


def test_reading_works_without_javascript(site: Site, plain: Page) -> None:
    plain.goto(site.url)
    plain.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Vänorter").click()
    expect(plain).to_have_url(f"{site.url}/vanorter/")
    plain.locator("summary", has_text="Svenska").click()
    plain.get_by_role("link", name="English").click()
    expect(plain).to_have_url(f"{site.url}/en/twin-towns/")
    expect(plain.get_by_role("heading", name="Borken", exact=True)).to_be_visible()


if __name__ == "__main__":
    print(f"{'page':40} {'HTML':>7} {'CSS':>7} {'sum':>7} {'JS':>6}")  # noqa: T201
    for listed in (kind for kind in KINDS if not kind.made):
        found = weigh(sys.argv[1], listed)
        print(f"{listed!s:40} {found['html']:7} {found['css']:7} {found['html'] + found['css']:7} {found['js']:6}")  # noqa: T201
