"""What the public templates need: texts in the reader's language, lists in words, addresses in other languages."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_date
from django import template
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from publishing.richtext import render_html

register = template.Library()


def in_language(content: Model, field: str) -> tuple[str, str]:
    """The field's text in the active language and "", or the Swedish text and "sv" where there is no translation."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    text = getattr(content, f"{field}_{language}")
    if text or language == settings.LANGUAGE_CODE:
        return text or "", ""
    return getattr(content, f"{field}_{settings.LANGUAGE_CODE}") or "", settings.LANGUAGE_CODE


@register.simple_tag
def text(content: Model, field: str) -> str:
    """A plain text; marked as Swedish where it has no translation (WCAG 3.1.2)."""
    value, language = in_language(content, field)
    return format_html('<span lang="{}">{}</span>', language, value) if language and value else value


@register.simple_tag
def rich(content: Model, field: str, deeper: int = 0) -> str:
    """A formatted text, its headings `deeper` levels down; marked as Swedish where it has no translation."""
    value, language = in_language(content, field)
    html = render_html(value, deeper)
    return format_html('<div lang="{}">{}</div>', language, html) if language and html else html


@register.simple_tag
def language_of(content: Model, field: str) -> str:
    """The language to mark the field's text with: "sv" where it stands in for a missing translation, else ""."""
    return in_language(content, field)[1]


def locale() -> Locale:
    """CLDR's data of the active language; British English, as the partners there are British."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return Locale.parse("en_GB" if language == "en" else language)


@register.filter
def long_date(moment: date) -> str:
    """A date in words, in Swedish time: "23 november 2026"."""
    day = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return format_date(day, "long", locale())


@register.filter
def in_words(parts: Iterable[Any]) -> str:
    """Join a list as the language does: "Albertslund, Borken och Whitstable" (CLDR list patterns)."""
    items = [conditional_escape(part) for part in parts]
    if len(items) < 2:
        return items[0] if items else ""
    patterns = locale().list_patterns["standard"]
    if len(items) == 2:
        return format_html(patterns["2"], *items)
    joined = format_html(patterns["start"], items[0], items[1])
    for item in items[2:-1]:
        joined = format_html(patterns["middle"], joined, item)
    return format_html(patterns["end"], joined, items[-1])


@register.filter
def linked(contents: Iterable[Any], field: str) -> list[SafeString]:
    """Each object's text as a link to its page."""
    return [format_html('<a href="{}">{}</a>', item.get_absolute_url(), text(item, field)) for item in contents]


@register.filter
def labels(contents: Iterable[Any]) -> list[str]:
    """Each object's shortest name."""
    return [item.label for item in contents]


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[dict[str, Any]]:
    """This page's address in every language; the start page's where the address leads nowhere."""
    request: HttpRequest | None = context.get("request")
    match = getattr(request, "resolver_match", None)
    found = []
    for code, name in settings.LANGUAGES:
        with translation.override(code):
            try:
                url = reverse(match.view_name, args=match.args, kwargs=match.kwargs) if match else reverse("start")
            except NoReverseMatch:
                url = reverse("start")
        found.append({"code": code, "name": name, "url": url, "active": code == translation.get_language()})
    return found


@register.simple_tag
def absolute(path: str) -> str:
    """The whole address of a path on this site. Built on SITE_URL: a Host header is the visitor's word only."""
    return f"{settings.SITE_URL}{path}"


@register.filter
def bare_url(url: str) -> str:
    """An address as people read it: "eurotowns.org"."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
