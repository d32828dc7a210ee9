from typing import Any

from django import template
from django.template.context import Context

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
