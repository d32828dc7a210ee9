from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def person(user: Any) -> str:
    """The user's name; the site itself for a change without a user."""
    return (user.get_full_name() or user.get_username()) if user else _("Webbplatsen")
