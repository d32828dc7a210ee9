"""The search of the admin's menu: every kind of content, in all its texts and languages."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.models import Contact
from dashboard.card import list_url, may
from editing.deletion import change_url
from pages.registry import PAGES
from twinning.models import Partnership

SHOWN = 10  # of each kind; the rest are in its list


@dataclass
class Found:
    """Objects of a kind as names and addresses, and the list that has more of them, if there are more."""

    name: str
    items: list[tuple[str, str]]
    more: str = ""


def look_in(model: Any, request: HttpRequest, typed: str) -> Found:
    """What the search of the kind's own list finds."""
    model_admin: Any = admin.site.get_model_admin(model)
    queryset = model_admin.get_queryset(request).select_related(*(model_admin.list_select_related or []))
    matching, has_doubles = model_admin.get_search_results(request, queryset, typed)
    rows = list((matching.distinct() if has_doubles else matching)[: SHOWN + 1])
    items = [(str(item), change_url(item)) for item in rows[:SHOWN]]
    return Found(
        capfirst(str(model._meta.verbose_name_plural)), items, list_url(model, q=typed) if len(rows) > SHOWN else ""
    )


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """What holds the words of `q`, kind by kind, of the kinds that the user may see."""
    typed = " ".join(request.GET.get("q", "").split())[:100]
    kinds = [kind.model for kind in PAGES] + [Partnership, Contact]
    seen = [model for model in kinds if may(request.user, "view", model)]
    found = [look_in(model, request, typed) for model in seen] if typed else []
    context = {"title": _("Search all content"), "typed": typed, "found": [kind for kind in found if kind.items]}
    return render(request, "dashboard/find.html", admin.site.each_context(request) | context)
