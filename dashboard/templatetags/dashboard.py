"""Template tags of the admin's first page."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from backup import archive
from backup.models import last_verified
from dashboard.cards import Card, cards
from dashboard.changes import latest_changes

register = template.Library()

# The lists of the admin, in the coordinator's words and order.
GROUPS = [
    (_("Innehåll"), ["Network", "Town", "Partnership", "Exchange", "Project", "Article", "FocusArea", "Page"]),
    (_("Läsare och kontakter"), ["Answer", "Report", "Contact", "Statement"]),
    (_("Sällan"), ["CheckedLink", "Spelling", "OldAddress", "User", "Retention", "Purge"]),
]


@register.simple_tag
def waiting(user: Any) -> list[Card]:
    return cards(user)


@register.simple_tag
def changes(user: Any) -> list[dict[str, Any]]:
    return latest_changes(user)


@register.simple_tag
def last_backup() -> datetime | None:
    return last_verified()


@register.simple_tag
def version() -> str:
    return archive.version()


@register.filter
def grouped(app_list: list[dict[str, Any]]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Django's list of apps in our groups; models of no group are in the last."""
    models = {model["object_name"]: model for app in app_list for model in app["models"]}
    listed = [name for _title, names in GROUPS for name in names]
    rest = [name for name in models if name not in listed]
    groups = [(title, [models[name] for name in names if name in models]) for title, names in GROUPS]
    groups[-1][1].extend(models[name] for name in rest)
    return [(title, found) for title, found in groups if found]
