"""The menu of every page, and the share picture in its head."""

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pages.share_picture import share_picture_path
from publishing.models import Publishable
from publishing.templatetags.site import absolute

register = template.Library()

# In this order, by the names of their addresses.
MENU = {
    "networks": _("Networks"),
    "twin_towns": _("Twin towns"),
    "focus_areas": _("Focus areas"),
    "take_part": _("Take part"),
    "contact": _("Contact"),
}


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> list[tuple[str, str, str]]:
    """Title, address and aria-current of each part of the site: "page" on its front, "true" on a page below it."""
    path = context["request"].path if "request" in context else ""
    found = []
    for name, title in MENU.items():
        url = reverse(name)
        found.append((str(title), url, "page" if path == url else "true" if path.startswith(url) else ""))
    return found


@register.simple_tag
def picture_url(page: Publishable) -> str:
    """The whole address of the page's share picture."""
    return absolute(share_picture_path(page))
