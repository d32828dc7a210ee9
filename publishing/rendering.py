"""The one place that turns formatted text into HTML for a reader."""

import re
from collections.abc import Callable
from html import escape, unescape
from types import SimpleNamespace

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from publishing.images import KeptPicture
from publishing.links import PAGE_KEY
from publishing.richtext import attributes_of, clean_html, plain_text
from publishing.variants import files_of

# Functions of higher apps: the addresses, in the active language, of those pages that readers may see, by key.
ADDRESSES: list[Callable[[set[str]], dict[str, str]]] = []
SIZES = "(min-width: 42rem) 38rem, 92vw"  # of a picture in a text (styles/base.css)
LABEL = 100  # the most characters of a table's name


def render_html(html: str, deeper: int = 0) -> SafeString:
    """Return cleaned HTML to show, its headings `deeper` levels further down (h2 to h3, at most h6).

    Cleaned here too, not only when it was saved, so nothing that reached the database some other way is ever shown.
    A text that stands at its own level has anchors at its h2, for the table of contents.
    """

    def lower(match: re.Match[str]) -> str:
        return f"{match[1]}{min(6, int(match[2]) + deeper)}>"

    cleaned = clean_html(html)
    if deeper:
        leveled = re.sub(r"(</?h)([23])>", lower, cleaned)
    else:
        anchors = iter(headings(cleaned))
        leveled = re.sub("<h2>", lambda _match: f'<h2 id="{next(anchors)[0]}">', cleaned)
    return mark_safe(with_addresses(with_pictures(with_table_headers(leveled))))  # noqa: S308


def headings(cleaned: str) -> list[tuple[str, str]]:
    """Anchor and plain text of each h2. No two anchors are the same, and none is one that a template has."""
    found: dict[str, str] = {}
    for match in re.finditer(r"<h2>(.*?)</h2>", cleaned, re.DOTALL):
        text = unescape(re.sub(r"<[^>]+>", "", match[1])).strip()
        anchor = first = f"om-{slugify(text) or 'avsnitt'}"
        number = 1
        while anchor in found:
            number += 1
            anchor = f"{first}-{number}"
        found[anchor] = text
    return list(found.items())


def with_addresses(html: str) -> str:
    """Each link to a page of the site with its address in the active language; as plain text where it is not public."""
    keys = set(re.findall(rf'<a href="page:({PAGE_KEY})">', html))
    found = {key: url for addresses in ADDRESSES for key, url in addresses(keys).items()} if keys else {}

    def link(match: re.Match[str]) -> str:
        key, text = match.groups()
        return f'<a href="{escape(found[key])}">{text}</a>' if key in found else text

    return re.sub(rf'<a href="page:({PAGE_KEY})">(.*?)</a>', link, html, flags=re.DOTALL) if keys else html


def with_pictures(html: str) -> str:
    """Each picture with its files of every width. If one of them is missing, the picture as it is."""

    def picture(match: re.Match[str]) -> str:
        values = attributes_of(match[0])
        name, width = values["src"].removeprefix("/media/"), int(values["width"])
        content = SimpleNamespace(
            image=KeptPicture(name),
            image_width=width if all(map(default_storage.exists, files_of(name, width))) else None,
            image_height=int(values["height"]),
            image_alt=values.get("alt", ""),
        )
        return render_to_string("includes/image.html", {"content": content, "sizes": SIZES})

    return re.sub(r"<img\b[^>]*>", picture, html)


def with_table_headers(html: str) -> str:
    """Each table in a region of its own that scrolls, named by its first row; no two have the same name."""
    names: list[str] = []

    def region(match: re.Match[str]) -> str:
        head, rows = table_rows(match[0])
        cells = re.findall(r"<t[dh]\b.*?</t[dh]>", head or rows[0] if rows else head, re.DOTALL)
        name = ", ".join(filter(None, map(plain_text, cells)))[:LABEL] or plain_text(match[0])[:LABEL]
        if not name:
            return ""
        names.append(name)
        label = escape(f"{name} ({names.count(name)})" if names.count(name) > 1 else name)
        table = f"<table>{head and f'<thead>{head}</thead>'}<tbody>{''.join(rows)}</tbody></table>"
        return f'<div class="table in-text" role="region" aria-label="{label}" tabindex="0">{table}</div>'

    return re.sub(r"<table>.*?</table>", region, html, flags=re.DOTALL)


def table_rows(table: str) -> tuple[str, list[str]]:
    """The row of headers, if there is one, and the others; each header with its scope.

    Where nothing is a header, the first row is. An empty cell is none: the corner above a column of headers.
    """
    empty = r"(?:<p></p>|<br>|\s)*</t"
    rows = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    if rows and not re.search(rf"<th\b[^>]*>(?!{empty})", table):
        rows[0] = re.sub(r"(</?)td\b", r"\1th", rows[0])
    rows = [re.sub(rf"<th\b[^>]*>({empty})h>", r"<td>\1d>", row) for row in rows]
    # More than the first cell of a row that begins with a header.
    head = rows.pop(0) if rows and ("<td" not in rows[0] or re.search(r"</t[dh]>\s*<th\b", rows[0])) else ""
    unscoped = r"<th\b(?![^>]* scope=)"
    return re.sub(unscoped, '<th scope="col"', head), [re.sub(unscoped, '<th scope="row"', row) for row in rows]
