"""JSON-LD documents, written as templates: their values, and the one about a page in its head."""

import json
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from networks.models import Network
from news.models import Article
from publishing.city import names
from publishing.templatetags.site import absolute
from twinning.models import Town

register = template.Library()
# Inside a script these could end it or begin a comment; JSON reads them back.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


def without_empty(value: Any) -> Any:
    """The value without what is not known: empty texts and nulls."""
    if isinstance(value, list):
        return [without_empty(item) for item in value]
    if isinstance(value, dict):
        return {name: without_empty(item) for name, item in value.items() if item not in ("", None)}
    return value


def render_jsonld(template: str, context: dict[str, Any], indent: int | None = None) -> str:
    """The document that a template makes, checked to be JSON and safe inside a script."""
    document = without_empty(json.loads(render_to_string(template, context | {"our": names()})))
    return json.dumps(document, ensure_ascii=False, indent=indent).translate(ESCAPES)


@register.filter("json")
def as_json(value: Any) -> SafeString:
    """The value as JSON, inside a document that is parsed again."""
    return mark_safe(json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder))  # noqa: S308


@register.filter
def spoken(text: Promise) -> SafeString:
    """A text of ours in every language."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append({"@value": str(text), "@language": language})
    return as_json(found)


@register.filter
def moment(changed: datetime | None) -> SafeString:
    value = changed and {"@type": "xsd:dateTime", "@value": changed.isoformat(timespec="seconds")}
    return as_json(value)


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> SafeString:
    """What the page is about (https://schema.org/). The CSP's script-src does not concern a block of data."""
    page, path, start = context["page"], context["request"].path, reverse("start")
    way = (
        [(_("Start page"), start), *context["crumbs"], (str(context.get("year") or page.heading), path)]
        if path != start
        else []
    )
    values = {
        "page": page,
        "town": page if isinstance(page, Town) else None,
        "network": page if isinstance(page, Network) else None,
        "article": page if isinstance(page, Article) else None,
        "url": absolute(path),
        "start": absolute(start),
        "city": absolute("/#city"),
        "way": [(name, absolute(address)) for name, address in way],
        "contact": context["contact"],
        "modified": timezone.localtime(context["updated"]).isoformat(timespec="seconds"),
        "LANGUAGE_CODE": translation.get_language(),
    }
    text = render_jsonld("opendata/page.jsonld", values)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308
