"""What a card of the admin's first page is made of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from editing.sharing import SharedLink
from publishing.templatetags.site import long_date

LINES = 5  # in a card; the rest are behind its links


@dataclass(frozen=True)
class Line:
    """One thing to do.

    `renews` is the key of a page that can be marked as reviewed with one click; `shared` is a link that can be copied
    and revoked.
    """

    title: str
    url: str = ""
    detail: str = ""
    renews: str = ""
    links: tuple[tuple[str, str], ...] = ()
    shared: SharedLink | None = None


@dataclass(frozen=True)
class Card:
    title: str
    count: str
    lines: list[Line]
    hint: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it has no lines and counts nothing. Answers without a comment are counted and have no line."""
        return not self.lines and self.count in {"", "0"}


def list_url(model: Any, **filters: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=filters)


def add_url(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def may(user: Any, action: str, model: Any) -> bool:
    return bool(user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}"))


def moment(time: datetime) -> str:
    """A day and a time in Swedish time: "3 december 2026 kl. 08.00"."""
    return _("%(day)s at %(time)s") % {"day": long_date(time), "time": f"{timezone.localtime(time):%H.%M}"}
