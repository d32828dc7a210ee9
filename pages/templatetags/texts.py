from django import template
from django.db.models import QuerySet

from pages.models import Page

register = template.Library()


@register.simple_tag
def texts() -> QuerySet[Page]:
    """The public texts with addresses of their own, for the footer."""
    return Page.objects.published().filter(section="")
