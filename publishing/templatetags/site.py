"""Template tags of the public pages: translated texts, pictures, dates, links to other languages."""

from collections.abc import Iterable
from datetime import date, datetime
from html import unescape
from typing import Any

from django import template
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Model
from django.http import HttpRequest
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.dateformat import format as format_date
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from modeltranslation.translator import translator

from publishing.city import names
from publishing.models import Content
from publishing.rendering import headings, render_html
from publishing.richtext import clean_html
from publishing.stylesheet import INTEGRITY
from publishing.variants import formats, is_complete, variants

register = template.Library()

TITLE = 70  # characters that search engines show of a title


def in_language(content: Model, field: str) -> tuple[str, str]:
    """The field's text in the active language and "", or the Swedish text and "sv" where there is no translation."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    text = getattr(content, f"{field}_{language}")
    if text or language == settings.LANGUAGE_CODE:
        return text or "", ""
    return getattr(content, f"{field}_{settings.LANGUAGE_CODE}") or "", settings.LANGUAGE_CODE


def in_swedish(tag: str, text: str) -> SafeString:
    """A text that stands in for a missing translation, as `with_language_note` (editing) knows it."""
    return format_html('<{0} lang="{1}" data-untranslated>{2}</{0}>', tag, settings.LANGUAGE_CODE, text)


@register.simple_tag
def stylesheet() -> SafeString:
    """The whole style sheet, to stand in a page. Ours alone: no editor or visitor writes in it."""
    return mark_safe(settings.STYLESHEET)  # noqa: S308


@register.simple_tag
def script_integrity() -> str:
    """The digest of the script, which the Content-Security-Policy names too (SRI, 3.3; CSP 3, 8.4)."""
    return INTEGRITY


@register.simple_tag
def text(content: Model, field: str) -> str:
    """A plain text; marked as Swedish where it has no translation (WCAG 3.1.2)."""
    value, language = in_language(content, field)
    return in_swedish("span", value) if language and value else value


@register.simple_tag
def rich(content: Model, field: str, deeper: int = 0) -> str:
    """A formatted text, its headings `deeper` levels down; marked as Swedish where it has no translation."""
    value, language = in_language(content, field)
    html = render_html(value, deeper)
    return in_swedish("div", html) if language and html else html


@register.simple_tag
def contents(content: Model, field: str) -> list[tuple[str, str]]:
    """Anchors and headings of a long formatted text: its table of contents. Nothing for a short one."""
    found = headings(clean_html(in_language(content, field)[0]))
    return found if len(found) >= 3 else []


@register.simple_tag
def language_of(content: Model, field: str) -> str:
    """The language to mark the field's text with: "sv" where it stands in for a missing translation, else ""."""
    return in_language(content, field)[1]


@register.simple_tag
def has_variants(content: Any) -> bool:
    """Whether the files of a picture are there. If one could not be made, the page shows the picture as it is."""
    return bool(content.image_width) and is_complete(str(content.image), content.image_width)


@register.simple_tag
def srcset(content: Any, kind: str = "") -> str:
    """The files of a picture in one format, or in the one for every browser: "/media/…-320.png 320w, …"."""
    name = str(content.image)
    files = variants(name, content.image_width, kind or formats(name)[-1])
    return ", ".join(f"{default_storage.url(file)} {width}w" for width, file in files.items())


def heading_language(content: Content) -> str:
    """The language to mark the content's heading with: "sv" where it stands in for a missing translation, else ""."""
    return "" if content.is_proper_name else language_of(content, content.title_field)


@register.simple_tag
def heading(content: Content) -> str:
    """The heading of the content's page; marked as Swedish where it has no translation (WCAG 3.1.2)."""
    return in_swedish("span", content.heading) if heading_language(content) else content.heading


@register.simple_tag
def og_locale() -> str:
    """The active language with the country it is written for, as Open Graph has it: "sv_SE" (https://ogp.me/)."""
    # Translators: your language and a country that it is spoken in.
    return _("en_GB")


@register.filter
def long_date(moment: date) -> str:
    """A date in words, in Swedish time: "23 november 2026"."""
    day = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    # Translators: how a date is written (Django's "date" filter); E is a month in the genitive.
    text = format_date(day, _("j F Y"))
    return text.lower() if translation.get_language() == "it" else text  # Django writes Italian months with a capital


@register.filter
def clock(moment: datetime) -> str:
    """The time of day in Sweden: "18:00"."""
    # Translators: how a time of day is written (Django's "time" filter).
    return format_date(timezone.localtime(moment), _("H:i"))


@register.filter
def with_site_name(title: str) -> str:
    """A page's title with the site's name, or the city's where that would be cut off in a list of search results."""
    city = names()
    long, short = f"{title} – {city['site']}", f"{title} – {city['body']}"
    return mark_safe(long if len(unescape(long)) <= TITLE else short)  # noqa: S308 (a block of a template, escaped there)


@register.filter
def in_words(parts: Iterable[Any]) -> str:
    """Join a list as the language does: "Albertslund, Borken och Whitstable".

    "Albertslund, Borken samt Canterbury och Whitstable" where the last part has an "och" of its own.
    """
    items = [conditional_escape(part) for part in parts]
    if len(items) < 2:
        return items[0] if items else ""
    both = _("{} and {}")
    if both.format("", "").strip() in items[-1].split():
        both = _("{}, and {}")
    return format_html(both, format_html_join(", ", "{}", ((item,) for item in items[:-1])), items[-1])


@register.filter
def linked(contents: Iterable[Any], field: str) -> list[SafeString]:
    """Each object's text as a link to its page."""
    return [format_html('<a href="{}">{}</a>', item.get_absolute_url(), text(item, field)) for item in contents]


@register.filter
def labels(contents: Iterable[Any]) -> list[str]:
    """Each object's shortest name."""
    return [item.label for item in contents]


def names_in_address(page: Any, kwargs: dict[str, Any]) -> dict[str, str]:
    """The parts of a page's address that differ by language, in the active one."""
    found = {}
    if "slug" in kwargs and hasattr(page, "slug_sv"):
        found["slug"] = page.slug
    if "name" in kwargs and hasattr(page, "name_in_address"):
        found["name"] = page.name_in_address
    return found


def is_in(page: Any, language: str) -> bool:
    """Whether any text of a content is there in a language. A proper name, the same in all, is none."""
    if not isinstance(page, Content):
        return False
    names = set(translator.get_options_for_model(type(page)).all_fields) - {"slug"}
    names -= {page.title_field} if page.is_proper_name and language != settings.LANGUAGE_CODE else set()
    return any(getattr(page, f"{name}_{language}") for name in names)


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[dict[str, Any]]:
    """This page's address in every language; the start page's where the address leads nowhere."""
    request: HttpRequest | None = context.get("request")
    match = getattr(request, "resolver_match", None)
    found = []
    for code, name in settings.LANGUAGES:
        with translation.override(code):
            try:
                kwargs = match.kwargs | names_in_address(context.get("page"), match.kwargs) if match else {}
                url = reverse(match.view_name, args=match.args, kwargs=kwargs) if match else reverse("start")
            except NoReverseMatch:
                url = reverse("start")
            # Translators: for readers whose browser prefers your language. German says "auf Deutsch".
            offer = _("This page is available in your language") if is_in(context.get("page"), code) else ""
        active = code == translation.get_language()
        found.append({"code": code, "name": name, "url": url, "active": active, "offer": offer})
    return found


@register.simple_tag
def absolute(path: str) -> str:
    """The whole address of a path on this site. Built on SITE_URL, because the Host header can be forged."""
    return f"{settings.SITE_URL}{path}"


@register.filter
def bare_url(url: str) -> str:
    """An address as people read it: "eurotowns.org"."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
