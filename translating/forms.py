"""The forms in which an object and its parts are translated into one language."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import admin
from django.forms import modelform_factory
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from editing.differences import word_pieces
from editing.models import TranslationStatus
from editing.translations import SOURCE, about, is_missing, is_same, translated_fields
from publishing.rendering import render_html
from publishing.richtext import RichTextField, plain_text
from translating.status import DONE, MISSING, STATES, texts_of


def make_forms(request: HttpRequest, obj: Any, language: str, data: QueryDict | None = None) -> list[forms.ModelForm]:
    """A form for the object and for each part of it that has a text, with the fields of one language."""
    owner: Any = admin.site.get_model_admin(type(obj))

    def formfield(db_field: Any, **kwargs: Any) -> forms.Field | None:
        return owner.formfield_for_dbfield(db_field, request, **kwargs)

    found = []
    for item in texts_of(obj):
        written = [
            name
            for name in translated_fields(type(item))
            if getattr(item, f"{name}_{SOURCE}") or getattr(item, f"{name}_{language}")
        ]
        form_class = modelform_factory(
            type(item), fields=[f"{name}_{language}" for name in written], formfield_callback=formfield
        )
        if written:
            form = form_class(data, instance=item, prefix=f"{item._meta.model_name}-{item.pk}")
            for field in form.fields.values():
                field.widget.attrs["lang"] = language
                field.show_hidden_initial = True  # which tells what the user has changed (`merge`)
            found.append(form)
    return found


def merge(request: HttpRequest, obj: Any, language: str) -> tuple[list[forms.ModelForm], dict[str, str]]:
    """The posted forms, but as stored now where their user has changed nothing.

    Also what another user has stored in fields that both have changed, by the name of the input.
    """
    data, theirs = request.POST.copy(), {}
    for form in make_forms(request, obj, language, request.POST):
        for bound in form:
            stored = bound.initial or ""
            if bound.name not in form.changed_data:
                data[bound.html_name] = stored
            elif stored not in {data.get(bound.html_name), data.get(bound.html_initial_name)}:
                theirs[bound.html_name] = stored
            data[bound.html_initial_name] = stored
    return make_forms(request, obj, language, data), theirs


def unplaced(request: HttpRequest, made: list[forms.ModelForm]) -> list[str]:
    """What was typed in fields that the forms do not have any more."""
    names = {bound.html_name for form in made for bound in form}
    typed = {name: str(text) for name, text in request.POST.items() if re.fullmatch(r"\w+-\d+-\w+", name)}
    return [text for name, text in typed.items() if name not in names and text]


def texts_in(made: list[forms.ModelForm], language: str, theirs: dict[str, str]) -> Iterator[SimpleNamespace]:
    """Each text of the forms, for the template: the Swedish, the field of the translation, and what has changed since.

    `theirs` is what another user has saved meanwhile.
    """
    rows = TranslationStatus.objects.filter(about(form.instance for form in made), language=language)
    left = {(row.model, row.object_id, row.field): row for row in rows.order_by("-state")}  # an outdated one comes last
    for form in made:
        item: Any = form.instance
        for bound in form:
            name = bound.name.removesuffix(f"_{language}")
            column = item._meta.get_field(f"{name}_{SOURCE}")
            label = str(capfirst(item._meta.get_field(name).verbose_name))
            row = left.get((item._meta.label_lower, item.pk, name))
            source = getattr(item, column.name) or ""
            is_rich = isinstance(column, RichTextField)
            stored = theirs.get(bound.html_name)
            state = MISSING if is_missing(item, name, language) else row.state if row else DONE
            stands = is_same(item, name, language) or (state == DONE and not getattr(item, bound.name))  # a name
            yield SimpleNamespace(
                label=f"{item}: {label}" if item is not made[0].instance else label,
                source=render_html(source) if is_rich else source,
                is_rich=is_rich,
                target=bound,
                state=state,
                state_in_words=_("Same as the Swedish") if stands else STATES[state],
                changes=changed_words(row.before, source, is_rich) if row and row.before else [],
                stored=render_html(stored) if is_rich and stored else stored,
            )


def changed_words(before: str, after: str, is_rich: bool) -> list[tuple[str, str]]:
    """What differs: words, or markup where nothing else does, such as the address of a link."""
    if is_rich and plain_text(before) != plain_text(after):
        before, after = plain_text(before), plain_text(after)
    return word_pieces(before, after)
