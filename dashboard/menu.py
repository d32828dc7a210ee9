"""The menu beside every page of the admin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The lists of the admin, in the coordinator's words and order.
GROUPS = [
    (
        gettext_lazy("Content"),
        ["Network", "Town", "Partnership", "Exchange", "Project", "Article", "FocusArea", "Page", "Note"],
    ),
    (gettext_lazy("Readers and contacts"), ["Answer", "Report", "Confirmation", "Contact", "Statement"]),
    (gettext_lazy("Seldom used"), ["CheckedLink", "Spelling", "OldAddress", "User", "Retention", "Purge"]),
]


@dataclass
class Entry:
    """A link, and one to add another where the user may. `current` is the value of aria-current."""

    title: str
    url: str
    add_url: str = ""
    current: str = ""


# Groups of higher apps, before the last of ours: what a user may open there.
MORE_GROUPS: list[tuple[Any, Callable[[Any], list[Entry]]]] = []


def menu(path: str, user: Any, app_list: list[dict[str, Any]]) -> list[tuple[Any, list[Entry]]]:
    """Django's list of apps in our groups, models of no group in the last. The page at the path is marked."""
    entries = {
        model["object_name"]: Entry(capfirst(str(model["name"])), model["admin_url"], model["add_url"] or "")
        for app in app_list
        for model in app["models"]
        if model["admin_url"]
    }
    listed = [name for _title, names in GROUPS for name in names]
    groups = [(title, [entries[name] for name in names if name in entries]) for title, names in GROUPS]
    groups[-1][1].extend(entry for name, entry in entries.items() if name not in listed)
    if user.has_perm("feedback.view_answer"):
        groups[1][1].insert(1, Entry(_("What readers think"), reverse("admin:feedback_report")))
    groups[-1:-1] = [(title, entries_for(user)) for title, entries_for in MORE_GROUPS]
    mark_current(path, [entry for _title, found in groups for entry in found])
    return [(title, found) for title, found in groups if found]


def mark_current(path: str, entries: list[Entry]) -> None:
    """Mark the page itself, or the list that it belongs to: the longest address that the path begins with."""
    found = max(
        (entry for entry in entries if path.startswith(entry.url)), key=lambda entry: len(entry.url), default=None
    )
    if found:
        found.current = "page" if path == found.url else "true"
