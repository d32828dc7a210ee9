"""Rows of another table, fetched as JSON inside a query: what stands around every page costs it no query of its own."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Aggregate, F, JSONField, Model
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


class JSONList(Aggregate):
    """The group's values as one JSON list, in no particular order."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


def record(model: type[Model], *names: str, prefix: str = "") -> JSONObject:
    """The named columns of a row (all but those that repeat the Swedish text), a translated one in every language."""
    originals = {field.translated_field.name for field in model._meta.fields if hasattr(field, "translated_field")}
    fields = [field for field in model._meta.concrete_fields if field.name not in originals]
    wanted = {
        field.attname: F(f"{prefix}{field.attname}")
        for field in fields
        if not names or field.name in names or getattr(getattr(field, "translated_field", None), "name", "") in names
    }
    return JSONObject(**wanted)


def revive(model: type[M], found: dict[str, Any]) -> M:
    """The object of a record, to be shown and not to be saved: it may lack columns."""
    values = {name: model._meta.get_field(name).to_python(value) for name, value in found.items()}  # type: ignore[union-attr]
    for name, value in values.items():
        if isinstance(value, datetime) and value.tzinfo is None:  # SQLite keeps UTC and does not say so
            values[name] = value.replace(tzinfo=UTC)
    return model(**values)
