"""The differences between two states of an object in words, per field and language."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from editing.form_data import Formsets, rows, values_of
from editing.forms import is_key
from publishing.city import language_name
from publishing.dates import year_or_date
from publishing.richtext import RichTextField, plain_text
from publishing.sorting import sort_key

# Label and text by a key that is the same in both states.
State = dict[Any, tuple[str, str]]
TOKEN = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
# The number of words shown around a change.
AROUND = 12


@dataclass(frozen=True)
class Difference:
    """One field that differs: how it is called, and its text as pieces ("same", "added", "removed" or "left out")."""

    label: str
    pieces: list[tuple[str, str]]


def label_of(field: Any) -> str:
    """How a model's field is called, with the language in words: "Namn på engelska"."""
    language = getattr(field, "language", None)
    original = getattr(field, "translated_field", field)
    name = capfirst(str(original.verbose_name))
    if not language:
        return name
    # Translators: a field in a language, "Namn på engelska".
    return _("%(field)s in %(language)s") % {"field": name, "language": language_name(language)}


def word_pieces(old: str, new: str) -> list[tuple[str, str]]:
    """The two texts as one, in pieces of words."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    # Exact for all but books, for which it would take minutes.
    matcher = SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > 4_000_000)
    pieces, end = [], 0
    for group in matcher.get_grouped_opcodes(AROUND):
        if group[0][1] > end:
            pieces.append(("left out", " … "))
        for kind, a1, a2, b1, b2 in group:
            if kind == "equal":
                pieces.append(("same", "".join(a[a1:a2])))
                continue
            pieces += [("removed", "".join(a[a1:a2]))] * (a2 > a1) + [("added", "".join(b[b1:b2]))] * (b2 > b1)
        end = group[-1][2]
    return pieces + [("left out", " … ")] * (end < len(a))


def differences(old: State, new: State) -> list[Difference]:
    """Every field that differs, in the order of the newer state; what the newer one lacks comes last."""
    names = list(dict.fromkeys([*new, *old]))
    return [
        Difference((new.get(name) or old[name])[0], word_pieces(old.get(name, ("", ""))[1], new.get(name, ("", ""))[1]))
        for name in names
        if old.get(name, ("", ""))[1] != new.get(name, ("", ""))[1]
    ]


def in_words(value: Any, field: Any) -> str:
    """A value of a field, of a model or of a form, as one reads it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return year_or_date(value, field.is_last) if hasattr(field, "is_last") else date_format(value, "DATE_FORMAT")
    if isinstance(value, list):
        return ", ".join(sorted(map(str, value), key=sort_key))
    if isinstance(field, RichTextField):
        return plain_text(value or "", _("[picture: {}]"))
    return "" if value is None else str(dict(getattr(field, "flatchoices", ())).get(value, localize(value)))


def value_in(bound: forms.BoundField) -> Any:
    """The value of a form field, as typed if it is not valid; of a choice the chosen objects."""
    text, field = ", ".join(values := values_of(bound)), bound.field
    if isinstance(field, forms.ModelChoiceField):
        return list(field.queryset.filter(pk__in=filter(is_key, values)))  # type: ignore[union-attr]
    with suppress(ValidationError):
        return field.to_python(text)
    return text


def form_state(form: forms.ModelForm, formsets: Formsets) -> State:
    """The values of a form and its parts. Stored parts are known by their primary key, new ones by their position."""
    found: State = {}
    for row in rows(form, formsets):
        model = row.instance._meta
        if "DELETE" in row.fields and values_of(row["DELETE"]):
            continue
        key = () if row is form else (model.label_lower, row.instance.pk or row.prefix)
        title = "" if row is form else f"{capfirst(model.verbose_name)} ”{row.instance}”: "
        fields = {field.name: field for field in [*model.fields, *model.many_to_many]}
        for bound in row:
            if not bound.is_hidden and bound.name not in {"minor_change", "change_note", "DELETE"}:
                field = fields.get(bound.name)
                label = label_of(field) if field else str(bound.label)
                found[*key, bound.name] = (title + label, in_words(value_in(bound), field or bound.field))
    return found
