"""Form data as a browser posts it: what drafts, previews, conflicts and lost sessions keep and show again."""

from collections.abc import Iterable, Iterator

from django import forms
from django.core.files.base import File
from django.forms.models import BaseInlineFormSet
from django.http import QueryDict
from django.utils.formats import localize_input

from editing.forms import signer
from publishing.images import KeptPicture

# The values of each input by its name. An input that posts nothing, such as an unchecked box, has an empty list.
FormData = dict[str, list[str]]
Formsets = Iterable[BaseInlineFormSet]

# In every post, and no part of the content.
BUTTONS = {"csrfmiddlewaretoken", "_restore", "_autosave", "_live"}
BUTTONS |= {"_save", "_publish", "_unpublish", "_continue", "_draft", "_preview", "_schedule"}


def rows(form: forms.ModelForm, formsets: Formsets) -> Iterator[forms.ModelForm]:
    """The form, then every row of its formsets."""
    yield form
    for formset in formsets:
        yield from formset.forms


def values_of(field: forms.BoundField) -> list[str]:
    """What a browser would post for a field as it stands; for a picture its name."""
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


def pictures_in(form: forms.ModelForm) -> list[forms.BoundField]:
    return [field for field in form if isinstance(field.field, forms.FileField)]


def posted_data(form: forms.ModelForm, formsets: Formsets, post: QueryDict) -> FormData:
    """What was posted to the inputs of these unbound forms, without null characters (PostgreSQL stores none)."""
    names = ["_seen", "_draft_seen", *(field.html_name for field in form)]
    names += [f"{field.html_name}-{more}" for field in pictures_in(form) for more in ("kept", "clear")]
    for formset in formsets:
        names += [field.html_name for field in formset.management_form]
        count, fields = row_count(dict(post.lists()), formset), formset.empty_form.fields
        names += [f"{formset.prefix}-{index}-{name}" for index in range(count) for name in fields]
    return {name: [value.replace("\0", "") for value in post.getlist(name)] for name in names}


def kept_pictures(form: forms.ModelForm) -> FormData:
    """The pictures that were chosen in a validated form: stored, and known by their signed names."""
    fields = [field for field in pictures_in(form) if isinstance(field.value(), KeptPicture)]
    return {f"{field.html_name}-kept": [signer.sign(str(field.value().name))] for field in fields}


def settle(data: FormData, form: forms.ModelForm, formsets: Formsets) -> QueryDict:
    """Form data for today's form: what it lacks is taken from the unbound forms, deleted parts become new rows."""
    pictures = {field.html_name for field in pictures_in(form)}
    settled = {field.html_name: values_of(field) for field in form if field.html_name not in pictures} | data
    for formset in formsets:
        settled |= settled_rows(data, formset)
    query = QueryDict(mutable=True)
    for name, values in settled.items():
        if values:
            query.setlist(name, values)
    return query


def settled_rows(data: FormData, formset: BaseInlineFormSet) -> FormData:
    """The rows of one formset, those of stored parts first. Data that has none of them leaves the parts as stored."""
    prefix = formset.prefix
    stored = {str(row.instance.pk): {field.name: values_of(field) for field in row} for row in formset.initial_forms}
    old, new = [], []
    for index in range(row_count(data, formset)):
        start = f"{prefix}-{index}-"
        row = {name.removeprefix(start): values for name, values in data.items() if name.startswith(start)}
        key = "".join(row.get("id", []))
        if key in stored:
            old.append(stored[key] | row)
        else:
            new.append(row | {"id": []})
    if f"{prefix}-TOTAL_FORMS" not in data:
        old = list(stored.values())
    settled: FormData = {name: [] for name in data if name.startswith(f"{prefix}-")} | {
        f"{prefix}-TOTAL_FORMS": [str(len(old) + len(new))],
        f"{prefix}-INITIAL_FORMS": [str(len(old))],
        f"{prefix}-MIN_NUM_FORMS": ["0"],
        f"{prefix}-MAX_NUM_FORMS": ["1000"],
    }
    for index, row in enumerate(old + new):
        settled |= {f"{prefix}-{index}-{name}": values for name, values in row.items()}
    return settled


def row_count(data: FormData, formset: BaseInlineFormSet) -> int:
    """The number of rows that the data tells, at most those the formset takes; 0 for what is no number."""
    text = "".join(data.get(f"{formset.prefix}-TOTAL_FORMS", []))
    return min(int(text), formset.absolute_max) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
