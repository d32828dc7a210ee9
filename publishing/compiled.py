"""Large rules whose SQL is written once: Django takes ten times as long to write it as the database to answer."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, Model
from django.db.models.expressions import Combinable, RawSQL
from django.utils import timezone


class Given(NamedTuple):
    """What a rule is about, and all that may differ between two pages."""

    today: date
    now: datetime
    key: int | None = None


# What rules are written with. No content has such dates or keys, so the parameters that hold them are found again.
STAND_IN = Given(date(1, 2, 3), datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC), -1020304)

Rule = Callable[[Given], Combinable]


@cache
def written(rule: Rule, model: type[Model], vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The rule in the database's SQL, and its parameters."""
    query = model._base_manager.annotate(found=rule(STAND_IN)).query
    sql, parameters = query.get_compiler(DEFAULT_DB_ALIAS).compile(query.annotations["found"])
    return sql, tuple(parameters)


def compiled(rule: Rule, model: type[Model], output_field: "Field[Any, Any]", key: int | None = None) -> RawSQL:
    """The rule for today, now and a key, about rows of the model's own table, to annotate them with.

    `rule` is called once for all pages, so only what it is given may differ between them: no language, no settings.
    """
    sql, parameters = written(rule, model, connection.vendor)
    real = dict(zip(adapted(STAND_IN), adapted(Given(timezone.localdate(), timezone.now(), key)), strict=True))
    return RawSQL(sql, [real.get(value, value) for value in parameters], output_field=output_field)  # noqa: S611


def adapted(given: Given) -> tuple[Any, ...]:
    """As parameters of the database at hand."""
    day, moment = connection.ops.adapt_datefield_value, connection.ops.adapt_datetimefield_value
    return day(given.today), moment(given.now), given.key
