"""What a card of the admin's first page is made of."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from editing.sharing import SharedLink

LINES = 5  # in a card; the rest are behind its links


@dataclass(frozen=True)
class Line:
    """One thing to do.

    `folded` hides its links until one asks for them; `renews` is the key of a page that can be marked as reviewed with
    one click; `shared` is a link that can be copied and revoked.
    """

    title: str
    url: str = ""
    detail: str = ""
    renews: str = ""
    links: tuple[tuple[str, str], ...] = ()
    folded: bool = False
    shared: SharedLink | None = None


@dataclass(frozen=True)
class Card:
    title: str
    count: str
    lines: list[Line]
    hint: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)


def list_url(model: Any, **filters: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=filters)


def form_url(model: Any, key: int) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])


def add_url(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def may(user: Any, action: str, model: Any) -> bool:
    return bool(user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}"))
