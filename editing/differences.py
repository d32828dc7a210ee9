"""Two states of a content side by side, in words: what was added and what was removed, per field and language."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from editing.form_data import Formsets, posted, rows
from publishing.dates import YearOrDateFormField, year_or_date
from publishing.richtext import RichTextField, plain_text
from publishing.sorting import sort_key

# By a name that is the same in both states, what stands there and how it is called.
State = dict[Any, tuple[str, str]]
TOKEN = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
# So many words around a change are shown; what lies between changes is left out.
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
    return _("%(field)s på %(language)s") % {
        "field": name,
        "language": get_language_info(language)["name_translated"].lower(),
    }


def shorten(text: str, is_first: bool, is_last: bool) -> Iterator[tuple[str, str]]:
    """An unchanged stretch between two changes, less its middle where it is long."""
    words = TOKEN.findall(text)
    before, after = ([] if is_first else words[:AROUND]), ([] if is_last else words[-AROUND:])
    if len(words) <= len(before) + len(after) + AROUND:
        yield "same", text
        return
    if before:
        yield "same", "".join(before)
    yield "left out", " … "
    if after:
        yield "same", "".join(after)


def word_pieces(old: str, new: str) -> list[tuple[str, str]]:
    """The two texts as one, in pieces of words."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    # Exact for all but books, for which it would take minutes.
    codes = SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > 4_000_000).get_opcodes()
    pieces: list[tuple[str, str]] = []
    for at, (kind, a1, a2, b1, b2) in enumerate(codes):
        if kind == "equal":
            pieces += shorten("".join(a[a1:a2]), at == 0, at == len(codes) - 1)
        else:
            pieces += [("removed", "".join(a[a1:a2]))] * (a2 > a1) + [("added", "".join(b[b1:b2]))] * (b2 > b1)
    return pieces


def differences(old: State, new: State) -> list[Difference]:
    """Every field that differs, in the order of the newer state; what the newer one lacks comes last."""
    names = list(dict.fromkeys([*new, *old]))
    return [
        Difference((new.get(name) or old[name])[0], word_pieces(old.get(name, ("", ""))[1], new.get(name, ("", ""))[1]))
        for name in names
        if old.get(name, ("", ""))[1] != new.get(name, ("", ""))[1]
    ]


def in_words(field: forms.BoundField, model_field: Any) -> str:
    """What stands in a form's field, as one reads it."""
    values = posted(field)
    if isinstance(field.field, forms.ModelChoiceField):
        found = field.field.queryset.filter(pk__in=[value for value in values if value.isdecimal()])  # type: ignore[union-attr]
        return ", ".join(sorted(map(str, found), key=sort_key))
    if isinstance(field.field, forms.BooleanField):
        return _("ja") if values else _("nej")
    if isinstance(field.field, forms.ChoiceField):
        return ", ".join(str(dict(field.field.choices).get(value, value)) for value in values if value)  # type: ignore[arg-type]
    text = ", ".join(values)
    if isinstance(field.field, forms.DateField | forms.DateTimeField):
        with suppress(ValidationError):  # as it was typed, where it is no date
            value, kind = field.field.to_python(text), field.field
            known = year_or_date(value, kind.is_last) if isinstance(kind, YearOrDateFormField) else localize(value)
            text = known or ""
    return plain_text(text) if isinstance(model_field, RichTextField) else text


def state_of_form(form: forms.ModelForm, formsets: Formsets) -> State:
    """What stands in a form and its parts. Stored parts are known by their number, new ones by their place."""
    found: State = {}
    for row in rows(form, formsets):
        model = row.instance._meta
        own = row is form
        key = (model.label_lower, row.instance.pk or row.prefix) if not own else ()
        fields = {field.name: field for field in [*model.fields, *model.many_to_many]}
        title = "" if own else f"{capfirst(model.verbose_name)} ”{row.instance}”: "
        for bound in row:
            hidden = bound.is_hidden or bound.name in {"minor_change", "DELETE"}
            if not hidden and not (row.prefix and "__prefix__" in row.prefix):
                model_field = fields.get(bound.name)
                label = label_of(model_field) if model_field else str(bound.label)
                found[*key, bound.name] = (f"{title}{label}", in_words(bound, model_field))
        if "DELETE" in row.fields and posted(row["DELETE"]):
            found = {name: value for name, value in found.items() if name[:2] != key}
    return found
