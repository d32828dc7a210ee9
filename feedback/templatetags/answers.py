from typing import Any

from django import template

from feedback.report import since_change

register = template.Library()


@register.inclusion_tag("admin/feedback/box.html")
def answers_box(content: Any) -> dict[str, Any]:
    """How readers have answered since the content last changed, on its form in the admin."""
    found = since_change(content.key, content.updated_at)
    return {"key": content.key, "yes": found["yes"], "no": found["no"]}
