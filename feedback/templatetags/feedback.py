from typing import Any

from django import template
from django.template.context import Context

from feedback.report import since_change
from feedback.tokens import PageToken

register = template.Library()


@register.inclusion_tag("feedback/form.html", takes_context=True)
def feedback_form(context: Context) -> dict[str, Any]:
    """Ask whether the page helped. Says the same to everyone, so that the page can be cached."""
    page = context["page"]
    contact = context.get("contact")
    token = PageToken(
        page=page.key,
        title=str(page)[:200],
        path=context["request"].path,
        revision=context["updated"].isoformat(),
        contact=(contact.email or contact.phone_text) if contact else "",
    )
    return {"token": token.sign()}


@register.inclusion_tag("admin/feedback/box.html")
def answers_box(content: Any) -> dict[str, Any]:
    """How readers have answered since the content last changed, on its form in the admin."""
    found = since_change(content.key, content.updated_at)
    return {"key": content.key, "yes": found["yes"], "no": found["no"]}
