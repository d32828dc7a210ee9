"""Formatted text: what an editor may write, and the one place that turns it into HTML for a reader."""

import re
from html import unescape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from django_prose_editor.fields import ProseEditorField

SCHEMES = {"http", "https", "mailto", "tel"}
TAGS = {"p", "br", "h2", "h3", "strong", "em", "ul", "ol", "li", "a", "blockquote"}
EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": sorted(SCHEMES)},
}


def own_or_safe_link(tag: str, attribute: str, value: str) -> str | None:
    """Drop links that look local and are not: //evil.example, /\\evil.example, with any blanks in between."""
    if attribute == "href" and re.match(r"[\\/]{2}", re.sub(r"[\x00-\x20]", "", value)):
        return None
    if attribute == "href" and value.startswith("www."):
        return f"https://{value}"  # as people type it; a browser would look for a page of ours of that name
    return value


def clean_html(html: str) -> str:
    """Return the text with nothing but the allowed tags, attributes and link schemes.

    Markup without any text, such as an emptied editor's paragraph, becomes an empty string: it would hide the Swedish
    text that stands in for a missing translation.
    """
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        attribute_filter=own_or_safe_link,
        link_rel=None,
    ).strip()
    return cleaned if unescape(re.sub(r"<[^>]+>", "", cleaned)).strip() else ""


def render_html(html: str, deeper: int = 0) -> SafeString:
    """Return cleaned HTML to show, its headings `deeper` levels further down (h2 to h3, at most h6).

    Cleaned here too, not only when it was saved, so nothing that reached the database some other way is ever shown.
    """

    def lower(match: re.Match[str]) -> str:
        return f"{match[1]}{min(6, int(match[2]) + deeper)}>"

    return mark_safe(re.sub(r"(</?h)([23])>", lower, clean_html(html)))  # noqa: S308


class RichTextField(ProseEditorField):
    """Formatted text, edited in a small word processor and cleaned before it is stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, extensions=EXTENSIONS, sanitize=clean_html, **kwargs)
