"""What to improve on the page whose form is open."""

from typing import Any

from django import template
from django.template.context import Context

from pages.registry import PAGES
from quality.pages import remarks_of, spellings

register = template.Library()


@register.inclusion_tag("admin/quality/remarks.html", takes_context=True)
def remarks(context: Context) -> dict[str, Any]:
    """The remarks on what the form shows, a draft or what is stored."""
    item, form = context.get("original"), context["adminform"].form
    kind = next((kind for kind in PAGES if kind.model is type(item)), None)
    if kind is None:
        return {}

    def read(column: str) -> Any:
        return form[column].value() if column in form.fields else getattr(item, column)

    return {"remarks": remarks_of(kind, item, read, spellings())}
