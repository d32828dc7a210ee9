"""Queries whose SQL is written once: Django takes ten times as long to write it as the database to answer."""

from collections.abc import Callable, Iterator
from copy import copy
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

M = TypeVar("M", bound=Model)


class Given(NamedTuple):
    """What a query is about, and all that may differ between two readings of one page."""

    today: date
    now: datetime
    key: int | None = None
    slug: str = ""


Rule = Callable[..., "QuerySet[Any]"]

# What queries are written with. No content has such dates, keys or addresses, so their parameters are found again.
STAND_IN = Given(date(1, 2, 3), datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC), -1020304, "stand in")


class Written(NamedTuple):
    """A query set with the compiler that wrote its SQL, which knows what each column is."""

    found: "QuerySet[Any]"
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]


@lru_cache(maxsize=500)  # parts of long lists are queries of their own
def write(rule: Rule, constants: tuple[Any, ...], part: tuple[int, int | None], language: str, vendor: str) -> Written:
    found = rule(STAND_IN, *constants)[slice(*part)]
    assert not found._prefetch_related_lookups, "would be asked with the stand-ins"  # type: ignore[attr-defined]
    compiler = found.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()
    return Written(found, compiler, sql, tuple(parameters))


def adapted(given: Given) -> tuple[Any, ...]:
    """As parameters of the database at hand."""
    day, moment = connection.ops.adapt_datefield_value, connection.ops.adapt_datetimefield_value
    return day(given.today), moment(given.now), given.key, given.slug


class Prepared(Generic[M]):
    """The query set that `rule(given, *constants)` makes, for today, now, a key and an address.

    The rule is called once for all pages in a language, so only what it is given may differ between two of them: it
    takes no clock and no settings but from there, and `constants` are few. Nothing can be prefetched by it.
    """

    def __init__(self, rule: "Callable[..., QuerySet[M]]", *constants: Any, key: int | None = None, slug: str = ""):
        self.rule, self.constants = rule, constants
        self.given = Given(timezone.localdate(), timezone.now(), key, slug)

    def __iter__(self) -> Iterator[M]:
        return iter(self[:])

    def __getitem__(self, part: slice) -> list[M]:
        """Those in a part of the list, by its first place and the one after its last."""
        bounds = part.start or 0, part.stop
        written = write(self.rule, self.constants, bounds, get_language() or "", connection.vendor)
        real = dict(zip(adapted(STAND_IN), adapted(self.given), strict=True))
        compiler = copy(written.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda: (written.sql, tuple(real.get(value, value) for value in written.parameters))
        found = written.found.all()
        found.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        return list(found)

    def one_or_404(self) -> M:
        """The first. Raises Http404 where there is none."""
        found = self[0:1]
        if not found:
            raise Http404
        return found[0]
