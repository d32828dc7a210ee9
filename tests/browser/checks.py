"""Accessibility checks of a page in a browser: axe, cut or overlapping text, keyboard, target size, motion."""

from dataclasses import dataclass, field
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# WCAG 2.2 A and AA, the contrast of AAA (1.4.6), and axe's best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What the window's width and its colours can change.
LOOKS = [
    "color-contrast",
    "color-contrast-enhanced",
    "link-in-text-block",
    "target-size",
    "scrollable-region-focusable",
]


@dataclass(frozen=True)
class Mode:
    """How a page is looked at."""

    width: int = 1280
    height: int = 800
    scheme: Literal["light", "dark"] = "light"
    forced_colors: Literal["active", "none"] = "none"

    def __str__(self) -> str:
        return f"{self.width} × {self.height}, {'forced colours' if self.forced_colors == 'active' else self.scheme}"


# Together they cover wide and narrow, light, dark and forced colours.
WIDE_LIGHT, NARROW_DARK, FORCED = MODES = (
    Mode(),
    Mode(320, scheme="dark"),
    Mode(scheme="dark", forced_colors="active"),
)
# 320 by 256 CSS pixels are a window of 1280 by 1024 at 400 % (WCAG 1.4.10).
ZOOMED, WHOLE = Mode(320, 256), Mode(1280, 1024)


def show(page: Page, mode: Mode) -> None:
    """Show the loaded page in another mode, with nothing moving."""
    page.set_viewport_size({"width": mode.width, "height": mode.height})
    page.emulate_media(color_scheme=mode.scheme, forced_colors=mode.forced_colors, reduced_motion="reduce")


# To axe, what stays in view covers what one scrolls out from under it. For add_init_script, where the CSP is bypassed.
NOTHING_STAYS = """addEventListener("DOMContentLoaded", () => document.head.append(Object.assign(
    document.createElement("style"),
    { textContent: ".language-switch, .submit-row, .more > div { position: static !important; }" })))"""


def barriers(page: Page, rules: list[str] = RULES) -> list[str]:
    """What axe finds: the rule, and the elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {"runOnly": rules, "resultTypes": ["violations"]}
    if rules is RULES:
        options["rules"] = {"color-contrast-enhanced": {"enabled": True}}
    found = page.evaluate("(options) => axe.run(options)", options)["violations"]
    return [f"{rule['id']}: {[node['html'][:150] for node in rule['nodes']]}" for rule in found]


# Text that is cut off: wider or higher than a box that hides what flows over, drawn beyond the edge of the page, or in
# a field that is too low for it; and text that is drawn over other text.
CUT_OFF = """() => {
    const found = [];
    scrollTo(0, 0);
    if (document.documentElement.scrollWidth > innerWidth)
        found.push(`the page scrolls sideways: ${document.documentElement.scrollWidth}`);
    const scrolls = (element) => element.closest("[role=region][tabindex], .results, .language-switch")
        || element.closest(".submit-row") && getComputedStyle(element.closest(".submit-row")).position === "sticky";
    // For screen readers only.
    const meant = (element) => element.closest(".visually-hidden, .search-link span, select, input, svg, option");
    // What flows over is a decoration: without that nothing does.
    const onlyArt = (element) => {
        const art = [...element.querySelectorAll("[aria-hidden=true]")].filter((part) => part.checkVisibility());
        const before = art.map((part) => part.style.display);
        art.forEach((part) => { part.style.display = "none"; });
        const fits = element.scrollWidth <= element.clientWidth + 1 && element.scrollHeight <= element.clientHeight + 1;
        art.forEach((part, index) => { part.style.display = before[index]; });
        return art.length && fits;
    };
    for (const element of document.body.querySelectorAll("*")) {
        const style = getComputedStyle(element);
        if (!element.checkVisibility()) continue;
        const hides = (overflow) => overflow === "hidden" || overflow === "clip";
        if (!meant(element) && (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1
            || hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1) && !onlyArt(element))
            found.push("cut off: " + element.outerHTML.slice(0, 120));
        if (element.matches("select:not([multiple], [size]), input:not([type=checkbox], [type=radio], [type=file])")
            && !element.matches(".select2-hidden-accessible")
            && element.clientHeight && element.clientHeight < 1.1 * parseFloat(style.fontSize))
            found.push("too low for its text: " + element.outerHTML.slice(0, 120));
    }
    const drawn = [];
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        const visible = parent.checkVisibility({visibilityProperty: true, opacityProperty: true});
        if (!walker.currentNode.data.trim() || !visible || scrolls(parent) || meant(parent)) continue;
        range.selectNodeContents(walker.currentNode);
        const box = range.getBoundingClientRect();
        if (box.width && (box.left < -1 || box.right > innerWidth + 1) && box.bottom > 0)
            found.push("beyond the edge: " + walker.currentNode.data.trim());
        for (const line of range.getClientRects())
            drawn.push({line, text: walker.currentNode.data.trim().slice(0, 60)});
    }
    drawn.sort((a, b) => a.line.top - b.line.top);
    drawn.forEach((one, index) => {
        for (const other of drawn.slice(index + 1)) {
            const high = Math.min(one.line.bottom, other.line.bottom) - other.line.top;
            if (high <= 0) break;
            const wide = Math.min(one.line.right, other.line.right) - Math.max(one.line.left, other.line.left);
            if (wide > 3 && high > .4 * Math.min(one.line.height, other.line.height))
                found.push(`overlaps: ${one.text} / ${other.text}`);
        }
    });
    return found;
}"""
# WCAG 1.4.12: what a reader may set without losing anything.
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
# WCAG 1.4.4: every text in double size, as a browser does that enlarges text alone.
DOUBLE_TEXT = """() => {
    const sizes = new Map([...document.querySelectorAll("html, body :not([aria-hidden] *)")].map((element) =>
        [element, 2 * parseFloat(getComputedStyle(element).fontSize)]));
    document.documentElement.style.fontSize = "200%";
    const wrong = [...sizes].filter(([element, size]) => parseFloat(getComputedStyle(element).fontSize) !== size);
    for (const [element, size] of wrong) element.style.fontSize = `${size}px`;
}"""


def lost_texts(page: Page) -> dict[str, list[str]]:
    """What cannot be read at 400 %, with wide spacing or with text in double size. Leaves the page that way."""
    found = {}

    def look(mode: Mode, how: str) -> None:
        show(page, mode)
        found[f"{mode}, {how}"] = page.evaluate(CUT_OFF)

    look(ZOOMED, "as it is")
    show(page, WHOLE)
    spacing = page.add_style_tag(content=SPACING)
    look(WHOLE, "wide spacing")
    look(ZOOMED, "wide spacing")
    spacing.evaluate("(style) => style.remove()")
    show(page, WHOLE)
    page.evaluate(DOUBLE_TEXT)
    look(WHOLE, "text of 200 %")
    return found


MOVES = """() => [document.documentElement, ...document.querySelectorAll("body *")].flatMap((element) =>
    ["", "::before", "::after"].filter((part) => {
        const style = getComputedStyle(element, part);
        return style.animationName !== "none" || style.scrollBehavior === "smooth"
            || style.transitionDuration.split(", ").some((duration) => parseFloat(duration) > 0);
    }).map((part) => element.outerHTML.slice(0, 80) + part))"""


# What can be reached with Tab, how each looks before that, and what is wrong when it has the focus.
WATCH = """() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.blur();
    document.body.removeAttribute("tabindex");
    window.look = (element) => [element, ...element.querySelectorAll("*")].map((part) => {
        const style = getComputedStyle(part);
        return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.fill, style.stroke].join();
    }).join(";");
    const tabbable = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]";
    window.stops = [...document.querySelectorAll(tabbable)].filter((element) => element.tabIndex >= 0
        && !element.parentElement.isContentEditable
        && element.type !== "hidden" && !element.disabled && element.checkVisibility({visibilityProperty: true}));
    window.before = new Map(stops.map((element) => [element, look(element)]));
    window.seen = [];
    window.wrong = [];
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = (colour) => numbers(colour).slice(0, 3).map((part) => part / 255)
        .map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
        .reduce((sum, part, index) => sum + part * [.2126, .7152, .0722][index], 0);
    const contrast = (one, other) => {
        const [less, more] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (more + .05) / (less + .05);
    };
    // The colour around an element; null where it is a picture or a gradient.
    const around = (element) => {
        for (let each = element.parentElement; each; each = each.parentElement) {
            const style = getComputedStyle(each);
            if (style.backgroundImage !== "none") return null;
            if ((numbers(style.backgroundColor)[3] ?? 1) === 1) return style.backgroundColor;
        }
        return getComputedStyle(document.documentElement).colorScheme.includes("dark") ? null : "rgb(255, 255, 255)";
    };
    const faint = (element) => {
        const style = getComputedStyle(element);
        const rings = style.boxShadow.match(/rgba?\\([^)]*\\)/g) ?? [];
        if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth)) rings.push(style.outlineColor);
        const background = around(element);
        return background && rings.length && !rings.some((ring) => contrast(ring, background) >= 3);
    };
    window.done = false;
    addEventListener("keyup", () => {
        const element = document.activeElement;
        done ||= seen.length > 1 && [document.body, seen[0]].includes(element);
        if (done || !element || element === document.body) return;
        const found = [];
        const box = element.getClientRects()[0];
        const inside = ([x, y]) => x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
        // A click on it goes to the element around it where it takes none itself.
        const clicked = getComputedStyle(element).pointerEvents === "none" ? element.parentElement : element;
        const hit = ([x, y]) => clicked.contains(document.elementFromPoint(x, y));
        const parts = element.ownerSVGElement ? [...element.querySelectorAll("*")].map((part) => {
            const shape = part.getBoundingClientRect();
            return [shape.left + shape.width / 2, shape.top + shape.height / 2];
        }) : [[box.left + box.width / 2, Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1)]];
        if (!parts.some(inside)) found.push("out of sight");
        else if (!parts.some(hit)) found.push("covered");
        else if (!element.isContentEditable && box.height < innerHeight / 2
            && (box.top < 4 || box.bottom > innerHeight - 4)
            && scrollY > 4 && scrollY < document.documentElement.scrollHeight - innerHeight - 4)
            found.push("ring cut at the edge");
        if (look(element) === before.get(element)) found.push("no visible focus");
        if (faint(element)) found.push("ring below 3:1");
        if (element === seen.at(-1)) return; // a part of it, as the month of a date
        if (seen.includes(element)) found.push("visited twice");
        if (!seen.length && !element.matches("[href^='#']")) found.push("first, and does not skip to the content");
        seen.push(element);
        wrong.push(...found.map((problem) => `${problem}: ${element.outerHTML.slice(0, 120)}`));
    });
}"""

# Targets of less than 24 by 24 CSS pixels (WCAG 2.5.8), but for links inside a sentence and those that the page offers
# larger too. What counts is where a tap lands: a link may be larger than its text.
SMALL = """() => {
    const large = (element) => {
        element.scrollIntoView({block: "center"});
        const around = element.closest(".select2-selection") ?? element; // which passes a click on
        const tapped = [element, around, ...element.labels ?? []]
            .flatMap((part) => [part, ...part.querySelectorAll("*")]);
        const boxes = tapped.map((part) => part.getBoundingClientRect());
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
    return small.filter((element) => !same(element))
        .map((element) => "small target: " + element.outerHTML.slice(0, 150));
}"""


def keyboard_faults(page: Page) -> list[str]:
    """What Tab does not reach, or reaches without showing it; and targets that are too small."""
    page.evaluate(WATCH)
    for stop in range(page.evaluate("30 + stops.length + 8 * document.querySelectorAll('[type^=date]').length")):
        page.keyboard.press("Tab")
        if stop % 20 == 0 and page.evaluate("done"):
            break
    else:
        page.evaluate("wrong.push('the keyboard is trapped')")
    found: list[str] = page.evaluate("wrong")
    # Of a group of radio buttons one is reached, and the arrow keys lead to the others.
    found += page.evaluate("""stops.filter((stop) => !seen.some((one) =>
        one === stop || stop.type === "radio" && one.name === stop.name)).map((stop) => "missed: " + stop.outerHTML)""")
    found += page.evaluate(SMALL)
    page.evaluate("""document.activeElement.blur();
        document.querySelectorAll("*").forEach((element) => { element.scrollTop = 0; })""")
    return found


def sideways(page: Page) -> list[str]:
    """Where the page is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{wide} px wider than the window"] if wide > 0 else []


def looks(page: Page) -> dict[str, list[str]]:
    """What axe finds in every mode, and what moves, once the page is there."""
    page.wait_for_load_state()
    found = {}
    for mode in MODES:
        show(page, mode)
        found[str(mode)] = barriers(page, RULES if mode is WIDE_LIGHT else LOOKS)
    return found | {"reduced motion": page.evaluate(MOVES)}


@dataclass
class Findings:
    """What was found, by page and by how it was looked at; only what is wrong."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, where: object, results: dict[str, list[str]]) -> None:
        self.found |= {f"{where}, {how}": faults for how, faults in results.items() if faults}

    def __str__(self) -> str:
        return "".join(f"\n{where}:\n    " + "\n    ".join(faults) for where, faults in self.found.items())


def is_barrier_free(page: Page) -> None:
    findings = Findings()
    findings.add(page.url, looks(page))
    show(page, Mode(320))
    findings.add(page.url, {"320 px": sideways(page)})
    show(page, Mode())
    assert not findings.found, str(findings)
