"""What stands in a form and its rows of parts, as a browser would post it: to keep, compare and show it again."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from django import forms
from django.core.files.base import File
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.http import QueryDict
from django.utils.formats import localize_input

from editing.forms import signer
from publishing.images import KeptPicture

Formsets = Iterable[BaseInlineFormSet]
Typed = dict[str, list[str]]

# What is in every post and says nothing about the content.
FURNITURE = {"csrfmiddlewaretoken", "_save", "_publish", "_unpublish", "_continue", "_draft", "_preview", "_restore"}


def posted(field: forms.BoundField) -> list[str]:
    """What a browser would post for the field as it stands, typed or stored; a picture by its name."""
    value, widget = field.value(), field.field.widget
    if isinstance(value, File):
        return [str(value.name or "")]
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else []
    if value is None or value == "":
        return []
    if isinstance(value, list | tuple):
        return sorted(str(item) for item in value)
    if isinstance(widget, forms.DateTimeInput | forms.DateInput):
        value = widget.format_value(value)
    return [str(localize_input(value) if field.field.localize else value)]


def rows(form: forms.ModelForm, formsets: Formsets) -> Iterator[forms.ModelForm]:
    """The form, then every row of its parts."""
    yield form
    for formset in formsets:
        yield from formset.forms


def state(form: forms.ModelForm, formsets: Formsets) -> str:
    """A digest of what is stored, as an unbound form shows it: it differs as soon as anything on the form does."""
    shown = [(row.prefix, row.instance.pk, [posted(field) for field in row]) for row in rows(form, formsets)]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:24]


def everything_in(form: forms.ModelForm, formsets: Formsets, data: QueryDict) -> Typed:
    """What was posted, complete: an input that posts nothing (a box without its cross) is there too, with no value.

    What the form does not have is nothing that its user may fill in, and left out.

    A picture that was chosen is there by its signed name; the form has been validated, which has stored it.
    """
    fields = [field for row in rows(form, formsets) for field in row]
    pictures = [field for field in fields if isinstance(field.field, forms.FileField)]
    inputs = [field.html_name for formset in formsets for field in formset.management_form]
    inputs += [field.html_name for field in fields] + ["_seen", "_draft_seen"]
    inputs += [f"{field.html_name}-{more}" for field in pictures for more in ("kept", "clear")]
    # Less the null character, which PostgreSQL cannot store.
    typed = {name: [str(value).replace("\0", "") for value in data.getlist(name)] for name in inputs}
    for field in pictures:
        if isinstance(kept := field.value(), KeptPicture):
            typed[f"{field.html_name}-kept"] = [signer.sign(str(kept.name))]
    return typed


def settle(typed: Typed, form: forms.ModelForm, formsets: Formsets) -> QueryDict:
    """What was typed before, as today's form takes it.

    Fields that the form did not have then are filled in with what is stored; rows whose part has been deleted since
    become new ones. `form` and `formsets` are unbound.
    """
    typed = dict(typed)
    for field in form:
        typed.setdefault(field.html_name, posted(field) if not isinstance(field.value(), File) else [])
    for formset in formsets:
        typed |= settled_rows(typed, formset)
    query = QueryDict(mutable=True)
    for name, values in typed.items():
        if values:
            query.setlist(name, values)
    return query


def settled_rows(typed: Typed, formset: BaseModelFormSet) -> Typed:
    """The rows of one formset, those that are stored first; inputs that are no more are left empty."""
    prefix = formset.prefix
    stored = {str(row.instance.pk): row for row in formset.initial_forms}
    kept, new = [], []
    for index in range(min(number(typed, f"{prefix}-TOTAL_FORMS"), formset.absolute_max)):
        start = f"{prefix}-{index}-"
        row = {name.removeprefix(start): values for name, values in typed.items() if name.startswith(start)}
        known = stored.get("".join(row.get("id", [])))
        if known:
            kept.append({field.name: posted(field) for field in known} | row)
        else:
            new.append(row | {"id": []})
    settled: Typed = {name: [] for name in typed if name.startswith(f"{prefix}-")} | {
        f"{prefix}-TOTAL_FORMS": [str(len(kept) + len(new))],
        f"{prefix}-INITIAL_FORMS": [str(len(kept))],
        f"{prefix}-MIN_NUM_FORMS": ["0"],
        f"{prefix}-MAX_NUM_FORMS": ["1000"],
    }
    for index, row in enumerate(kept + new):
        settled |= {f"{prefix}-{index}-{name}": values for name, values in row.items()}
    return settled


def number(typed: Typed, name: str) -> int:
    """A count that a form carries along; 0 for what is none."""
    text = "".join(typed.get(name, []))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
