"""Formatted text: what an editor may write, and how it is cleaned. `publishing.rendering` shows it to readers."""

import re
from collections.abc import Iterator
from functools import partial, reduce
from html import escape, unescape
from operator import or_
from typing import Any

import nh3
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from publishing.images import FOLDER, restore
from publishing.imaging import FORMATS
from publishing.links import PAGE_KEY, SCHEMES, link_target
from publishing.plain import visible

TABLE_TAGS = ("table", "thead", "tbody", "tr", "th", "td")
TAGS = {"p", "br", "h2", "h3", "strong", "em", "ul", "ol", "li", "a", "blockquote", "span", "img", *TABLE_TAGS}
LINKS = SCHEMES | {"page"}
SPANS = {"colspan", "rowspan"}
ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    "span": {"lang"},
    "th": {"scope", *SPANS},
    "td": SPANS,
    "img": {"src", "alt", "width", "height"},
    "*": set(),
}
# The address of one of our pictures, in a text the same wherever MEDIA_URL has them served.
PICTURE = rf"/media/({FOLDER}/[0-9a-f]{{20}}\.(?:{'|'.join(FORMATS.values())}))"
# What an attribute may hold. An address is another matter (`meant`).
VALUES = {
    "lang": "|".join(code for code, _name in settings.LANGUAGES),
    "scope": "col|row",
    "colspan": r"[1-9]\d?",
    "rowspan": r"[1-9]\d?",
    "src": PICTURE,
    "width": r"[1-9]\d{0,3}",
    "height": r"[1-9]\d{0,3}",
}
EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Link": {
        "enableTarget": False,
        "protocols": sorted(LINKS),
        "defaultProtocol": "https",
        "pages": reverse_lazy("find_pages"),
    },
    "Language": {"languages": [code for code, _name in settings.LANGUAGES]},
    "Picture": {"upload": reverse_lazy("upload_picture")},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    # A line below a table or picture that ends the text, to go on writing in.
    "TrailingNode": {"notAfter": ["paragraph", "heading", "bulletList", "orderedList", "blockquote"]},
    "WordPaste": True,
    "Menu": {
        "groups": [
            {"group": "blockType -lists", "type": "dropdown"},
            {"group": "lists"},
            {"group": "nodes -blockType -lists"},
            {"group": "marks"},
            {"group": "language", "type": "dropdown"},
            {"group": "link"},
            {"group": "insert"},
            {"group": "table"},
            {"group": "history"},
        ]
    },
}


def meant(tag: str, attribute: str, value: str) -> str | None:
    """The address or page that was meant, another value as it is, or nothing where that is not allowed."""
    if attribute == "href":
        return value if re.fullmatch(f"page:{PAGE_KEY}", value) else link_target(value) or None
    return value if attribute not in VALUES or re.fullmatch(VALUES[attribute], value) else None


def sanitized(html: str) -> str:
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=LINKS, attribute_filter=meant, link_rel=None)


def pruned(html: str) -> str:
    """The sanitized text without spans that name no language and pictures that are not ours or have no size.

    Tables in a table are taken apart.
    """
    spans: list[bool] = []
    tables = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal tables
        closing, tag, attributes = match.groups()
        if tag == "img":
            return match[0] if {"src", "width", "height"} <= attributes_of(attributes).keys() else ""
        if tag == "span":
            if not closing:
                spans.append(bool(attributes))
            return match[0] if (spans.pop() if closing else attributes) else ""
        outermost = tables < 2
        if tag == "table":
            outermost = tables < (2 if closing else 1)
            tables += -1 if closing else 1
        return match[0] if outermost else " "

    # No attribute holds < or >: they are escaped there.
    return re.sub(rf"<(/?)(span|img|{'|'.join(TABLE_TAGS)})\b([^>]*)>", kept, html)


def clean_html(html: str) -> str:
    """Return the text with nothing but the allowed tags, attributes and link schemes.

    Markup without any text or picture, such as an emptied editor's paragraph, becomes an empty string: it would hide
    the Swedish text that stands in for a missing translation.
    """
    # Invisible characters may have been written as &#8203;. What they had broken in two is sanitized without them, too.
    cleaned = sanitized(pruned(sanitized(visible(sanitized(html))))).strip()
    cleaned = re.sub(r"(</table>|<img[^>]*>)(<p></p>)+$", r"\1", cleaned)  # the editor's line below it
    return cleaned if visible(unescape(re.sub(r"<(?!img\b)[^>]+>", "", cleaned))).strip() else ""


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a tag as nh3 writes it."""
    return {name: unescape(value) for name, value in re.findall(r'([a-z]+)="([^"]*)"', tag)}


def pictures_in(html: str) -> dict[str, int]:
    """The width of each picture in a text, by its name."""
    found = re.findall(r"<img\b[^>]*>", clean_html(html)) if "<img" in html else []
    return {image["src"].removeprefix("/media/"): int(image["width"]) for image in map(attributes_of, found)}


def plain_text(html: str, picture: str = "{}") -> str:
    """Return the words of a formatted text, with a blank where one paragraph or cell ends and the next begins.

    A picture's description is among them, in the pattern `picture`.
    """

    def described(match: re.Match[str]) -> str:
        return f" {picture.format(escape(attributes_of(match[0]).get('alt', '')))} "

    html = re.sub(r"<img\b[^>]*>", described, html)
    apart = re.sub(r"<(?=/?(?:p|br|h[1-6]|ul|ol|li|blockquote|t[dhr]|table)\b)", " <", html)
    return " ".join(unescape(nh3.clean(apart, tags=set())).split())


def has_usable_links(html: str) -> None:
    """Refuse a link without an address that can be used: the editor empties those with a scheme it does not know."""
    for text in re.findall(r"<a>(.*?)</a>", clean_html(html), re.DOTALL):
        raise ValidationError(
            _("The link “%(text)s” has no usable address. Write for example https://www.example.org."),
            code="link",
            params={"text": plain_text(text)},
        )


def has_described_pictures(html: str) -> None:
    """Refuse a picture that neither has a description nor is said to be decoration (WCAG 1.1.1)."""
    if any("alt" not in attributes_of(picture) for picture in re.findall(r"<img\b[^>]*>", clean_html(html))):
        raise ValidationError(
            _(
                "A picture in the text has no description. Select the picture, choose Picture and describe "
                "what it shows."
            ),
            code="alt",
        )


class RichTextField(ProseEditorField):
    """Formatted text, edited in a small word processor and cleaned before it is stored, whichever way it is saved."""

    default_validators = [
        MaxLengthValidator(
            100_000,
            _("The text is too long: %(show_value)d characters, and there is room for at most %(limit_value)d."),
        ),
        has_usable_links,
        has_described_pictures,
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, extensions=EXTENSIONS, sanitize=clean_html, **kwargs)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """What `save()`, `update()` and `bulk_create()` write, which do not validate. Its pictures are served again."""
        if isinstance(value, str):
            value = clean_html(value)
            for name in pictures_in(value):
                transaction.on_commit(partial(restore, name))
        return super().get_db_prep_save(value, connection)


def models_with_text() -> list[type[models.Model]]:
    """Every model with a formatted text."""
    return [model for model in apps.get_models() if any(isinstance(f, RichTextField) for f in model._meta.fields)]


def texts_with(part: str) -> Iterator[models.QuerySet[Any]]:
    """The rows that hold some HTML in a formatted text, model by model."""
    for model in models_with_text():
        fields = [field.name for field in model._meta.fields if isinstance(field, RichTextField)]
        yield model._base_manager.filter(reduce(or_, (Q(**{f"{name}__contains": part}) for name in fields)))
