"""Records as JSON, GeoJSON and CSV."""

import csv
import json
from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from publishing.spreadsheets import without_formulas

Record = dict[str, Any]


def as_json(records: Any, columns: Iterable[str] = ()) -> str:
    return json.dumps(records, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder) + "\n"


def flat(record: Record) -> Record:
    """The record without values inside values: `name` in Swedish, `name_en` in English; lists with commas.

    Map programs and tables take nothing else.
    """
    found: Record = {}
    for name, value in record.items():
        if isinstance(value, list):
            found[name] = ", ".join(text["sv"] for text in value)
        elif isinstance(value, dict):
            found |= {name: value.get("sv"), **{f"{name}_{language}": text for language, text in value.items()}}
        else:
            found[name] = value
    return found


def as_geojson(records: list[Record], columns: Iterable[str] = ()) -> str:
    """RFC 7946: longitude first."""
    features = []
    for record in map(flat, records):
        place = [record.pop("longitude"), record.pop("latitude")]
        geometry = {"type": "Point", "coordinates": place}
        features.append({"type": "Feature", "id": record.pop("id"), "geometry": geometry, "properties": record})
    return as_json({"type": "FeatureCollection", "features": features})


def cell(value: Any) -> Any:
    """The value as text. Programs read it, but someone may open the file in a spreadsheet.

    The apostrophe changes no honest name, decision or source, and the JSON file has the text as it is.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return without_formulas(value) if isinstance(value, str) else value


def as_csv(records: list[Record], columns: Iterable[str]) -> str:
    """RFC 4180, with a line of headings also where nothing follows."""
    out = StringIO()
    rows = [flat(record) for record in records]
    writer = csv.DictWriter(out, list(dict.fromkeys([*columns, *(name for row in rows for name in row)])))
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()
