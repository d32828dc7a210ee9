"""A page as JSON-LD in its head."""

import json

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from opendata.jsonld import describe

register = template.Library()

# Inside a script these could end it or begin a comment; JSON reads them back.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> SafeString:
    """The page as JSON-LD. A block of data is not run, so the CSP's script-src does not apply to it."""
    path = context["request"].path
    data = describe(context["page"], path, context["crumbs"], context["contact"], context["updated"])
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308
