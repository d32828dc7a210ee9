"""Values in a JSON-LD document, and the document about a page in its head."""

import json
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from networks.models import Network
from news.models import Article
from opendata.jsonld import render_jsonld
from publishing.templatetags.site import absolute
from twinning.models import Town

register = template.Library()


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
