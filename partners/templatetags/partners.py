from typing import Any

from django import template

from partners.models import Confirmation

register = template.Library()


@register.inclusion_tag("admin/partners/box.html")
def confirmations_box(town: Any) -> dict[str, Any]:
    """The last time that a town was asked about its entry, on its form."""
    latest = Confirmation.objects.filter(town=town).prefetch_related("suggestions").select_related("town")
    return {"latest": latest.first()}
