"""JSON-LD documents, written as templates."""

import json
from typing import Any

from django.template.loader import render_to_string

from publishing.city import names

# Inside a script these could end it or begin a comment; JSON reads them back.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


def without_empty(value: Any) -> Any:
    """The value without what is not known: empty texts and nulls."""
    if isinstance(value, list):
        return [without_empty(item) for item in value]
    if isinstance(value, dict):
        return {name: without_empty(item) for name, item in value.items() if item not in ("", None)}
    return value


def render_jsonld(template: str, context: dict[str, Any], indent: int | None = None) -> str:
    """The document that a template makes, checked to be JSON and safe inside a script."""
    document = without_empty(json.loads(render_to_string(template, context | {"our": names()})))
    return json.dumps(document, ensure_ascii=False, indent=indent).translate(ESCAPES)
