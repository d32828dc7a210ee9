"""Every kind of page holds WCAG 2.2 A and AA, its AAA contrast, and axe's best practices, in every way it is read."""

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, log_in
from tests.browser.page_kinds import KINDS, Kind, visit
from tests.servers import ROOT

AXE: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
AXE_AAA = AXE | {"rules": {"color-contrast-enhanced": {"enabled": True}}}

each_kind = pytest.mark.parametrize("kind", KINDS, ids=str)


@pytest.fixture
def still(chromium: Browser) -> Iterator[Page]:
    """A page on which nothing moves, so that nothing is measured half way; its CSP lets a test add a style."""
    context = chromium.new_context(reduced_motion="reduce", bypass_csp=True)
    yield context.new_page()
    context.close()


def barriers(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds: the rule, and the elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(options) => axe.run(options)", options)["violations"]
    return [f"{rule['id']}: {[node['html'][:150] for node in rule['nodes']]}" for rule in found]


@each_kind
def test_axe_finds_no_barrier(site: Site, still: Page, kind: Kind) -> None:
    visit(still, site.url, kind)
    for width in (1280, 320):
        still.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            still.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            assert barriers(still, AXE_AAA) == [], (width, scheme)
    still.emulate_media(forced_colors="active", reduced_motion="reduce")
    assert barriers(still, AXE_AAA) == [], "forced colours"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_in_the_admin(site: Site, chromium: Browser, scheme: str) -> None:
    page = chromium.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{site.url}/admin/login/")
    assert barriers(page, AXE) == []
    log_in(page, site)
    for path in (
        "",
        "networks/network/",
        "networks/network/2/change/",
        "networks/network/add/",
        "twinning/town/add/",
        "contacts/contact/",
    ):
        page.goto(f"{site.url}/admin/{path}")
        page.wait_for_load_state("networkidle")  # the editor builds itself
        assert barriers(page, AXE) == [], path
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_while_editing(site: Site, chromium: Browser, scheme: str) -> None:
    """A draft, its preview, a newer version, the history, what is deleted, and a lost session; on a phone too."""
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, site)

    def look(what: str) -> None:
        page.wait_for_load_state("networkidle")  # the editor builds itself
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert barriers(page, AXE) == [], (what, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (what, width)

    page.goto(f"{site.url}/admin/networks/focusarea/")
    page.get_by_role("link", name="sociala frågor").click()
    form = page.url
    summary = page.get_by_label("Sammanfattning [sv]:")
    summary.fill(f"Text i {scheme}.")
    page.get_by_role("button", name="Spara och publicera").first.click()
    page.goto(form)
    look("form")
    summary.fill(f"Utkast i {scheme}.")
    page.get_by_role("button", name="Spara utkast").first.click()
    look("draft")
    page.get_by_role("button", name="Förhandsgranska").first.click()
    look("preview")
    page.get_by_role("button", name="Skapa en länk").click()
    page.get_by_role("link", name="Telefon").click()
    look("shared preview on a phone")
    page.goto(f"{form}?live=1")
    look("public text beside a draft")
    page.locator("[name=_seen]").evaluate("(input) => { input.value = 'older'; }")
    summary.fill(f"Min text i {scheme}.")
    page.get_by_role("button", name="Spara och publicera").first.click()
    look("newer version")
    page.get_by_role("button", name="Spara och publicera").first.click()
    page.goto(form.replace("/change/", "/history/"))
    look("history")
    page.get_by_role("button", name="Återställ den här versionen").first.click()
    look("bring a version back")
    page.goto(f"{form}?live=1")
    page.get_by_role("button", name="Avpublicera").first.click()
    look("unpublish")
    page.goto(f"{site.url}/admin/networks/focusarea/")
    page.locator("[name=_selected_action]").first.check()
    page.get_by_label("Åtgärd").select_option("unpublish_now")
    page.get_by_role("button", name="Utför").click()
    look("unpublish from the list")
    page.goto(form.replace("/change/", "/delete/"))
    look("delete")
    page.goto(f"{site.url}/admin/networks/focusarea/deleted/")
    look("deleted")
    page.goto(form)
    page.get_by_role("button", name="Kasta utkastet").first.click()
    look("throw away the draft")
    page.get_by_role("button", name="Ja, kasta utkastet").click()
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Spara och publicera").first.click()
    look("lost session")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_on_the_desk(site: Site, chromium: Browser, scheme: str) -> None:
    """The first page with something to do on it, deleting, old addresses and accounts; on a phone too."""
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, site)
    page.goto(f"{site.url}/admin/networks/focusarea/")
    page.get_by_role("link", name="kunskapsekonomi").click()
    form = page.url.removeprefix(f"{site.url}/admin/").removesuffix("change/")
    page.get_by_label("Granskad:").fill("2020-01-02")
    page.get_by_role("button", name="Spara och publicera").first.click()
    for path in (
        "", f"{form}delete/", "twinning/town/2/delete/", "pages/oldaddress/", "pages/oldaddress/1/change/",
        "networks/network/?missing=de", "auth/user/", "auth/user/add/", "auth/user/1/change/", "auth/user/1/password/",
    ):  # fmt: skip
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            response = page.goto(f"{site.url}/admin/{path}")
            assert response
            assert response.status == 200, path
            assert barriers(page, AXE) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    page.goto(f"{site.url}/admin/")
    expect(page.get_by_role("button", name="Stämmer fortfarande Kunskapsekonomi")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_in_what_readers_answered(site: Site, chromium: Browser, scheme: str) -> None:
    page = chromium.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{site.url}/natverk/sern/")
    page.get_by_role("button", name="Nej").click()
    log_in(page, site)
    page.goto(f"{site.url}/admin/feedback/answer/rapport/")
    report = page.locator(".page-report h2 a").first.get_attribute("href")
    for path in ("/admin/feedback/answer/", "/admin/feedback/answer/rapport/", report):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{site.url}{path}")
            assert barriers(page, AXE) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") == width, path
    for closed in page.locator("summary").all():
        closed.click()
    assert barriers(page, AXE) == [], "tables"
    page.close()


# What can be reached with Tab, and how each looks before it is reached.
REMEMBER = """() => {
    window.look = (element) => [element, ...element.querySelectorAll("*")].map((part) => {
        const style = getComputedStyle(part);
        return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.fill, style.stroke].join();
    }).join(";");
    const tabbable = "a[href], button, input, select, textarea, summary, [tabindex]";
    window.stops = [...document.querySelectorAll(tabbable)].filter((element) => element.tabIndex >= 0
        && element.type !== "hidden" && !element.disabled && element.checkVisibility({visibilityProperty: true}));
    window.before = new Map(stops.map((element) => [element, look(element)]));
    window.seen = [];
    return stops.length;
}"""

# Where the focus is, and what is wrong there; "" at the end of the page.
AT_STOP = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const wrong = [];
    const box = element.getClientRects()[0];
    const middle = [box.left + box.width / 2, box.top + box.height / 2];
    const inside = ([x, y]) => x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
    const hit = ([x, y]) => element.contains(document.elementFromPoint(x, y));
    const parts = element.ownerSVGElement ? [...element.querySelectorAll("*")].map((part) => {
        const shape = part.getBoundingClientRect();
        return [shape.left + shape.width / 2, shape.top + shape.height / 2];
    }) : [[middle[0], Math.min(Math.max(middle[1], 1), innerHeight - 1)]];
    if (!parts.some(inside)) wrong.push("out of sight");
    else if (!parts.some(hit)) wrong.push("covered");
    if (look(element) === before.get(element)) wrong.push("no visible focus");
    if (seen.includes(element)) wrong.push("visited twice");
    seen.push(element);
    return {name: element.outerHTML.slice(0, 120), wrong};
}"""

# Targets of less than 24 by 24 CSS pixels (WCAG 2.5.8), but for links inside a sentence and those that the page offers
# larger too. What counts is where a tap lands: a link may be larger than its text.
SMALL = """() => {
    const large = (element) => {
        element.scrollIntoView({block: "center"});
        const boxes = [element, ...element.querySelectorAll("*")].map((part) => part.getBoundingClientRect());
        if (!element.ownerSVGElement && boxes.some((box) => box.width >= 24 && box.height >= 24)) return true;
        return boxes.some((box) => [[-11.5, -11.5], [11.5, -11.5], [-11.5, 11.5], [11.5, 11.5]].every(([x, y]) =>
            element.contains(document.elementFromPoint(
                box.left + box.width / 2 + x, box.top + box.height / 2 + y))));
    };
    const inSentence = (element) => getComputedStyle(element).display === "inline"
        && element.parentElement.textContent.trim() !== element.textContent.trim();
    const small = stops.filter((element) => !inSentence(element) && !large(element));
    const same = (element) => stops.some((other) => other !== element && !small.includes(other)
        && element.getAttribute("href") && other.getAttribute("href") === element.getAttribute("href"));
    return small.filter((element) => !same(element)).map((element) => element.outerHTML.slice(0, 150));
}"""


@each_kind
@pytest.mark.parametrize("width", [1280, 320])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(site: Site, still: Page, kind: Kind, width: int) -> None:
    still.set_viewport_size({"width": width, "height": 640})
    visit(still, site.url, kind)
    number = still.evaluate(REMEMBER)
    findings = []
    for stop in range(number + 1):
        still.keyboard.press("Tab")
        found = still.evaluate(AT_STOP)
        if stop == 0:
            assert 'href="#' in found["name"], "the first stop skips to the content"
        if found is None:
            break
        findings += [f"{problem}: {found['name']}" for problem in found["wrong"]]
    else:
        findings.append("the keyboard is trapped")
    findings += still.evaluate(
        "stops.filter((stop) => !seen.includes(stop)).map((stop) => 'missed: ' + stop.outerHTML)"
    )
    findings += [f"small target: {target}" for target in still.evaluate(SMALL)]
    assert findings == []


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


# Text that is cut off: wider or higher than a box that hides what flows over, or drawn beyond the edge of the page.
CUT_OFF = """() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    const scrolls = (element) => element.closest("[role=region][tabindex]");
    const meant = (style) => style.clipPath !== "none" && style.position === "absolute"; // for screen readers only
    for (const element of document.body.querySelectorAll("*")) {
        const style = getComputedStyle(element);
        if (!element.checkVisibility() || element.ownerSVGElement || meant(style)) continue;
        const hides = (overflow) => overflow === "hidden" || overflow === "clip";
        if (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1
            || hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1)
            if (element.tagName !== "svg") found.push("cut off: " + element.outerHTML.slice(0, 120));
    }
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !parent.checkVisibility() || scrolls(parent)
            || meant(getComputedStyle(parent))) continue;
        range.selectNodeContents(walker.currentNode);
        const box = range.getBoundingClientRect();
        if (box.width && (box.left < -1 || box.right > innerWidth + 1) && box.bottom > 0)
            found.push("beyond the edge: " + walker.currentNode.data.trim());
    }
    return found;
}"""
# WCAG 1.4.12: what a reader may set without losing anything.
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""


@each_kind
def test_nothing_is_lost_at_400_percent_or_with_wide_spacing(site: Site, still: Page, kind: Kind) -> None:
    """320 by 256 CSS pixels are a window of 1280 by 1024 at 400 % (WCAG 1.4.10)."""
    visit(still, site.url, kind)
    for spacing in ("as it is", "wide"):
        if spacing == "wide":
            still.add_style_tag(content=SPACING)
        for width, height in ((320, 256), (1280, 1024)):
            still.set_viewport_size({"width": width, "height": height})
            assert still.evaluate(CUT_OFF) == [], (width, spacing)


MOVES = """() => [document.documentElement, ...document.querySelectorAll("body *")].flatMap((element) =>
    ["", "::before", "::after"].filter((part) => {
        const style = getComputedStyle(element, part);
        return style.animationName !== "none" || style.scrollBehavior === "smooth"
            || style.transitionDuration.split(", ").some((duration) => parseFloat(duration) > 0);
    }).map((part) => element.outerHTML.slice(0, 80) + part))"""


@each_kind
def test_nothing_moves_for_those_who_ask_for_that(site: Site, still: Page, kind: Kind) -> None:
    visit(still, site.url, kind)
    assert still.evaluate(MOVES) == []


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


@each_kind
def test_the_language_is_named_of_the_page_and_of_every_foreign_part(site: Site, still: Page, kind: Kind) -> None:
    visit(still, site.url, kind)
    expect(still.locator("html")).to_have_attribute("lang", kind.language)
    texts = still.evaluate(
        """() => {
            const found = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const text = walker.currentNode.data.trim().split(/\\s+/).join(" ");
                found.push([text, walker.currentNode.parentElement.closest("[lang]").lang]);
            }
            for (const image of document.images) found.push([image.alt, image.closest("[lang]").lang]);
            return found;
        }"""
    )
    known = untranslated(kind.language)
    swedish = [(text, lang) for text, lang in texts if text in known]
    if kind.language == "pl" and kind.status == 200:
        assert len(swedish) > 3
    assert [text for text, lang in swedish if lang != "sv"] == []
