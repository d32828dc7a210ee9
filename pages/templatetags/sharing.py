"""The share picture of a page, for its head."""

from django import template

from pages.share_picture import share_picture_path
from publishing.models import Publishable
from publishing.templatetags.site import absolute

register = template.Library()


@register.simple_tag
def picture_url(page: Publishable) -> str:
    """The whole address of the page's share picture."""
    return absolute(share_picture_path(page))
