"""Template tags of the admin's first page and menu."""

from typing import Any

from django import template

from backup.archive import version
from backup.models import LastRun, last_run, last_verified
from dashboard.cards import cards
from dashboard.changes import latest_changes
from dashboard.handbook import chapter_of
from dashboard.menu import Entry, menu
from dashboard.models import Note

register = template.Library()
register.simple_tag(cards, name="waiting")
register.simple_tag(latest_changes, name="changes")
register.simple_tag(last_verified, name="last_backup")
register.simple_tag(lambda: last_run(LastRun.DRILL), name="last_drill")
register.simple_tag(version, name="version")


@register.simple_tag(takes_context=True, name="menu")
def menu_here(context: Any) -> list[tuple[Any, list[Entry]]]:
    request = context["request"]
    return menu(request.path, request.user, context["available_apps"])


@register.simple_tag(takes_context=True)
def help_chapter(context: Any) -> str:
    match = context["request"].resolver_match
    return chapter_of(match.view_name if match else "")


@register.inclusion_tag("dashboard/notes_box.html")
def notes_box(content: Any, may_change: bool) -> dict[str, Any]:
    """What has to be found out about a content, on its form."""
    return {"notes": Note.objects.filter(page=content.key, resolved_at=None), "may_change": may_change}
