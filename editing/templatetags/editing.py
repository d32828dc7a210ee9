from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def person(user: Any) -> str:
    """Who it was, by name; the site itself where nobody was logged in."""
    return (user.get_full_name() or user.get_username()) if user else _("Webbplatsen")
