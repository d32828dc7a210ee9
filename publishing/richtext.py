"""Formatted text: what an editor may write, and the one place that turns it into HTML for a reader."""

import re
from html import unescape
from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from publishing.links import SCHEMES, link_target
from publishing.plain import visible

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
    "Link": {"enableTarget": False, "protocols": sorted(SCHEMES), "defaultProtocol": "https"},
    "WordPaste": True,
}


def meant_link(tag: str, attribute: str, value: str) -> str | None:
    """The address that was meant (`link_target`), or no link at all."""
    return (link_target(value) or None) if attribute == "href" else value


def sanitized(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "*": set()},
        url_schemes=SCHEMES,
        attribute_filter=meant_link,
        link_rel=None,
    )


def clean_html(html: str) -> str:
    """Return the text with nothing but the allowed tags, attributes and link schemes.

    Markup without any text, such as an emptied editor's paragraph, becomes an empty string: it would hide the Swedish
    text that stands in for a missing translation.
    """
    # Invisible characters may have been written as &#8203;. What they had broken in two is sanitized without them, too.
    cleaned = sanitized(visible(sanitized(html))).strip()
    return cleaned if visible(unescape(re.sub(r"<[^>]+>", "", cleaned))).strip() else ""


def render_html(html: str, deeper: int = 0) -> SafeString:
    """Return cleaned HTML to show, its headings `deeper` levels further down (h2 to h3, at most h6).

    Cleaned here too, not only when it was saved, so nothing that reached the database some other way is ever shown.
    A text that stands at its own level has anchors at its h2, for the table of contents.
    """

    def lower(match: re.Match[str]) -> str:
        return f"{match[1]}{min(6, int(match[2]) + deeper)}>"

    cleaned = clean_html(html)
    if deeper:
        return mark_safe(re.sub(r"(</?h)([23])>", lower, cleaned))  # noqa: S308
    anchors = iter(headings(cleaned))
    return mark_safe(re.sub("<h2>", lambda _match: f'<h2 id="{next(anchors)[0]}">', cleaned))  # noqa: S308


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


def plain_text(html: str) -> str:
    """Return the words of a formatted text, with a blank where one paragraph ends and the next begins."""
    apart = re.sub(r"<(?=/?(?:p|br|h[1-6]|ul|ol|li|blockquote)\b)", " <", html)
    return " ".join(unescape(nh3.clean(apart, tags=set())).split())


def has_usable_links(html: str) -> None:
    """Refuse a link without an address that can be used: the editor empties those with a scheme it does not know."""
    for text in re.findall(r"<a>(.*?)</a>", clean_html(html), re.DOTALL):
        raise ValidationError(
            _("Länken ”%(text)s” har ingen adress som går att använda. Skriv till exempel https://www.molndal.se."),
            code="link",
            params={"text": plain_text(text)},
        )


class RichTextField(ProseEditorField):
    """Formatted text, edited in a small word processor and cleaned before it is stored, whichever way it is saved."""

    default_validators = [
        MaxLengthValidator(
            100_000, _("Texten är för lång: %(show_value)d tecken, och högst %(limit_value)d får plats.")
        ),
        has_usable_links,
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, extensions=EXTENSIONS, sanitize=clean_html, **kwargs)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """What `save()`, `update()` and `bulk_create()` write, which do not validate."""
        return super().get_db_prep_save(clean_html(value) if isinstance(value, str) else value, connection)
