"""A small map of where a town lies, shown where it has no picture."""

from typing import Any

from django import template

from twinning.map import project
from twinning.models import Town

register = template.Library()


@register.inclusion_tag("includes/locator.html")
def locator(town: Town) -> dict[str, Any]:
    x, y = project(town.latitude, town.longitude)
    return {"x": round(x), "y": round(y)}
