"""Links in formatted texts to pages of the site, stored by key instead of address."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pages.registry import PAGES, REGISTRY, Kind, keys_of
from publishing.links import PAGE_KEY
from publishing.sorting import sort_key

MOST = 20  # results of a search


def addresses(keys: set[str]) -> dict[str, str]:
    """The addresses, in the active language, of those pages that readers may see. One query for each kind."""
    found = ((kind, pks) for kind in PAGES if (pks := keys_of(kind, keys)))
    return {page.key: page.get_absolute_url() for kind, pks in found for page in kind.published().filter(pk__in=pks)}


@require_safe
def find_pages(request: HttpRequest) -> HttpResponse:
    """Pages with some words in their Swedish title, or with a key, public or not. Staff only (molndal_intl/urls.py)."""
    kinds = [kind for kind in REGISTRY if request.user.has_perm(permission_for(kind))]
    if not kinds:
        raise PermissionDenied
    words = request.GET.get("q", "")
    key = re.fullmatch(f"page:({PAGE_KEY})", words)
    found: list[dict[str, Any]] = []
    for kind in kinds:
        pages: QuerySet[Any] = kind.model._base_manager.order_by("sort_key", "pk")
        pages = pages.exclude(kind.without_page) if kind.without_page else pages
        some = Q(pk__in=keys_of(kind, {key[1]})) if key else Q(sort_key__contains=sort_key(words))
        found += [{"href": f"page:{page.key}", "title": title_of(kind, page)} for page in pages.filter(some)[:MOST]]
    return JsonResponse({"pages": found[:MOST]})


def permission_for(kind: Kind) -> str:
    return f"{kind.model._meta.app_label}.view_{kind.model._meta.model_name}"


def title_of(kind: Kind, page: Any) -> str:
    """The page's heading and what kind of page it is; whether it is hidden."""
    title = f"{page.heading} ({capfirst(str(kind.model._meta.verbose_name))})"
    return title if page.is_published else _("%s – not published") % title
