from typing import Any

from django import template

from editing import sharing

register = template.Library()


@register.inclusion_tag("editing/shared_links.html", takes_context=True)
def shared_links(context: Any, obj: Any) -> dict[str, Any]:
    """The links to previews of an object that work without an account, below its form."""
    request = context["request"]
    links = sharing.shared_links(request.user, model=obj._meta.label_lower, object_id=obj.pk)
    return {"links": links, "here": request.path, "csrf_token": context["csrf_token"]}
