"""Rewrite a finished public page so that it reads from a folder: no scripts, no forms, links to files."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

Element = ElementTree.Element
# Where an address of the site is in the archive, relative to the page; None where it is not there. The second argument
# says whether the page shows what is there, instead of linking to it.
Link = Callable[[str, bool], str | None]

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What needs the running site, or tells other sites about it.
REMOVED_TAGS = {"script", "form", "base", "source"}
REMOVED_CLASSES = {"feedback", "share", "search-link"}
# Attributes that name files. `srcset` goes: the picture itself is in the archive, not its smaller copies.
LINKS = {"href", "src", "xlink:href"}
WIDTHS = {"srcset", "sizes"}


class Reader(HTMLParser):
    """Reads one of our own pages into a tree. Every element but the void ones is closed in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = ElementTree.TreeBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.builder.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def read(html: str) -> Element:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.builder.close()


def needs_the_site(element: Element) -> bool:
    """Whether the element does not work outside the site."""
    if element.tag == "link":
        return element.get("rel") not in {"icon", "stylesheet"}
    if element.tag == "meta":
        return "property" in element.attrib or element.get("name", "").startswith("twitter:")
    return element.tag in REMOVED_TAGS or bool(REMOVED_CLASSES & {*element.get("class", "").split()})


def remove(parent: Element, child: Element) -> None:
    """Remove the child and keep the text after it."""
    place = list(parent).index(child)
    if child.tail and place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def is_empty(element: Element) -> bool:
    return not len(element) and not (element.text or "").strip()


def prune(parent: Element, is_live: Callable[[str], bool]) -> None:
    """Remove what needs the site, links to its services among them, and the items and paragraphs that this empties."""
    for child in list(parent):
        if needs_the_site(child) or (child.tag == "a" and is_live(child.get("href", ""))):
            remove(parent, child)
            continue
        had_something = not is_empty(child)
        prune(child, is_live)
        if child.tag in {"li", "p"} and had_something and is_empty(child):
            remove(parent, child)


def relink(root: Element, link: Link) -> None:
    """Point every link to a file. A link without a target becomes plain text."""
    for element in root.iter():
        for name in WIDTHS & {*element.keys()}:
            del element.attrib[name]
        for name in LINKS & {*element.keys()}:
            address = link(element.attrib[name], element.tag != "a")
            if address is None:
                del element.attrib[name]
            else:
                element.set(name, address)
        if element.tag == "style":
            element.text = re.sub(r"url\((/[^)\"']+)\)", lambda url: f"url({link(url[1], True)})", element.text or "")


def rewrite(html: str, link: Link, is_live: Callable[[str], bool], note: str) -> str:
    """The page for the archive, with a note at its top that says what it is."""
    root = read(html)
    prune(root, is_live)
    relink(root, link)
    body = root.find("body")
    if body is not None:
        said = Element("p", {"class": "preview-note"})
        said.text = note
        body.insert(1, said)  # after the link that skips to the content
    return "<!doctype html>\n" + ElementTree.tostring(root, encoding="unicode", method="html") + "\n"
