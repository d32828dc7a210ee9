from typing import Any

from django import template
from django.template.context import Context

from pages.frame import footer_texts

register = template.Library()


@register.simple_tag(takes_context=True)
def texts(context: Context) -> Any:
    """The texts that the footer lists: those the view has read; asked for here on errors, the search and thanks."""
    return context["footer_texts"] if "footer_texts" in context else footer_texts()
