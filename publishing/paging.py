"""Long lists in parts. The first stands at the page's own address, the others below it: /natverk/sida/2/.

In the path, as an address with a query is not kept as a finished page.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.urls import URLResolver, include, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

M = TypeVar("M", bound=Model)
SIZE, LAST = 24, 10_000


def paged(route: str | Promise, view: Callable[..., Any], name: str) -> URLResolver:
    """The addresses of a page with long lists. The view takes the part's number as `number`."""
    parts = [path("", view, name=name), path(_("page/<int:number>/"), view, name=name)]
    return path(route, include(parts))  # type: ignore[arg-type]


class Paging:
    """Which part of a page's lists is shown. All its lists are cut alike, and the longest decides how many parts."""

    def __init__(self, request: HttpRequest, size: int = SIZE) -> None:
        """Raises Http404 for a number that no link of ours leads to."""
        self.match, self.size = request.resolver_match, size
        self.number = self.match.kwargs.get("number", 1) if self.match else 1
        if not 1 <= self.number <= LAST or (self.match and self.match.kwargs.get("number") == 1):
            raise Http404
        self.has_next, self.is_beyond = False, self.number > 1

    def cut(self, found: QuerySet[M]) -> list[M]:
        """This part of a list. One more than is shown is asked for, to know whether there is a next part."""
        items = list(found[self.start : self.start + self.size + 1])
        self.has_next |= len(items) > self.size
        self.is_beyond &= not items
        return items[: self.size]

    @property
    def start(self) -> int:
        """The place in its list of the first that this part shows."""
        return (self.number - 1) * self.size

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown."""
        return self.number == 1 and not self.has_next

    @property
    def previous(self) -> str:
        return self.address(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.address(self.number + 1) if self.has_next else ""

    def address(self, number: int) -> str:
        assert self.match
        others = {name: value for name, value in self.match.kwargs.items() if name != "number"}
        return reverse(self.match.view_name, kwargs=others | ({"number": number} if number > 1 else {}))
