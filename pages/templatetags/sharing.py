"""What the head of a page says to search engines and to whoever shares its address."""

import json

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from pages.share_picture import share_picture_path
from pages.structured import describe
from publishing.models import Publishable
from publishing.templatetags.site import absolute

register = template.Library()

# Inside a script these could end it or begin a comment; JSON reads them back.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


@register.simple_tag
def picture_url(page: Publishable) -> str:
    """The whole address of the page's share picture."""
    return absolute(share_picture_path(page))


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> SafeString:
    """The page as JSON-LD. A block of data is not run, so the CSP's script-src does not apply to it."""
    path = context["request"].path
    data = describe(context["page"], path, context["crumbs"], context["contact"], context["updated"])
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308
