"""Translations from a bureau, made into drafts: all of them, or none if one has a problem."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from editing.differences import label_of
from editing.form_admin import Forms
from editing.form_data import rows, settle, values_of
from editing.forms import is_key
from editing.translations import SOURCE, translated_fields
from publishing.plain import visible
from publishing.richtext import RichTextField, clean_html
from translating.exchange import Unit, digest
from translating.status import models, owners, texts_of

Owner = tuple[type[Any], int]
Key = tuple[str, int, str]  # the label and key of an object, and a column


def parsed(key: str) -> tuple[str, int, str, str]:
    """The label and key of an object, the field, and the digest of the translation that it had."""
    label, pk, name, version = [*key.split(":"), "", "", "", ""][:4]
    return label, int(pk) if is_key(pk) else 0, name, version


def by_owner(found: list[Unit]) -> dict[Owner | None, list[Unit]]:
    """The texts by the object on whose form they are edited; None for those of none."""
    known = {model._meta.label_lower: model for model in models()}
    parts = {part: (model, pk) for model in models() for part, pk in owners(model).items()}
    grouped: dict[Owner | None, list[Unit]] = {}
    for unit in found:
        label, pk, _name, _version = parsed(unit.key)
        owner = (known[label], pk) if label in known else parts.get((label, pk))
        grouped.setdefault(owner, []).append(unit)
    return grouped


def shape(html: str) -> str:
    """The tags of a text, without attributes, and its words."""
    return " ".join(visible(unescape(re.sub(r"(</?\w+)[^>]*>", r"\1>", html).lower())).split())


def cleaned(unit: Unit, column: Any) -> str:
    """The translation as it would be stored. Raises ValueError where that says something else."""
    if not isinstance(column, RichTextField):
        return unit.target
    html = clean_html(unit.target)
    if shape(html) != shape(unit.target):
        raise ValueError
    return html


def new_text(item: Any, name: str, version: str, unit: Unit, language: str) -> tuple[str, str]:
    """The translation, empty where the bureau has changed nothing, and what is wrong with it."""
    column = f"{name}_{language}"
    stored = digest(getattr(item, column) or "")
    if digest(unit.target) in {version, stored}:
        return "", ""
    if not unit.is_whole:
        return "", _("%s: only a part of the text is translated.")
    if digest(getattr(item, f"{name}_{SOURCE}") or "") != digest(unit.source):
        return "", _("%s: the Swedish text has changed since the file was downloaded.")
    if stored != version:
        return "", _("%s: the translation has changed since the file was downloaded.")
    try:
        return cleaned(unit, item._meta.get_field(column)), ""
    except ValueError:
        return "", _("%s: the formatting is broken. A tag is not closed or not allowed, or < stands alone.")


def new_texts(obj: Any, found: list[Unit], language: str, problems: list[str]) -> dict[Key, str]:
    """The translations of an object and its parts that differ from what is stored, by label, key and column."""
    items = {(item._meta.label_lower, item.pk): item for item in (texts_of(obj) if obj else [])}
    texts: dict[Key, str] = {}
    seen = set()
    for unit in found:
        label, pk, name, version = parsed(unit.key)
        item = items.get((label, pk))
        if item is None or name not in translated_fields(type(item)):
            text, problem = "", _("%s: the text no longer exists.")
        elif (label, pk, name) in seen:
            text, problem = "", _("%s: the text is in the file twice.")
        else:
            text, problem = new_text(item, name, version, unit, language)
        seen.add((label, pk, name))
        if problem:
            problems.append(problem % (unit.name or unit.key))
        elif text:
            texts[label, pk, f"{name}_{language}"] = text
    return texts


def fields_of(forms: Forms) -> dict[Key, Any]:
    """The fields of an object's form and its parts, with what they hold."""
    found = [(row.instance._meta.label_lower, row.instance.pk, row) for row in rows(*forms)]
    return {(label, pk, bound.name): bound for label, pk, row in found for bound in row}


def errors_in(fields: dict[Key, Any], texts: dict[Key, str]) -> Iterator[str]:
    """What is wrong with the texts by themselves. Whole forms would take four times as long."""
    for (label, pk, column), text in texts.items():
        bound = fields[label, pk, column]
        instance = bound.form.instance
        field = instance._meta.get_field(column)
        try:
            field.clean(bound.field.clean(text), instance)
        except ValidationError as error:
            yield from (f"{instance}: {label_of(field)}: {message}" for message in error.messages)


def store(request: HttpRequest, model_admin: Any, obj: Any, texts: dict[Key, str]) -> list[str]:
    """Store texts in the draft of a locked object, unless it has others there. Returns what is wrong."""
    pk, seen = str(obj.pk), model_admin.version_of(obj)
    draft = model_admin.draft_of(request, pk)
    drafted, stored = draft.data if draft else {}, model_admin.forms_of(request, pk)
    here, there = fields_of(model_admin.bound_forms(request, stored, drafted)), fields_of(stored)
    if texts.keys() - here.keys():
        return [_("%s: a text is not on its form.") % obj]
    is_free = all(values_of(here[key]) in (values_of(there[key]), [text]) for key, text in texts.items())
    is_current = not draft or (draft.data.get("_seen") == [seen] and not hasattr(draft, "schedule"))
    if not (is_free and is_current):
        return [_("%s: the page has a draft already. Publish or discard it first.") % obj]
    typed = {here[key].html_name: [text] for key, text in texts.items()}
    model_admin.store_draft(request, pk, {**dict(settle(drafted, *stored).lists()), **typed, "_seen": [seen]})
    return list(errors_in(here, texts))


@transaction.atomic
def make_drafts(request: HttpRequest, language: str, found: list[Unit]) -> tuple[int, list[str]]:
    """Store a draft for each object. Returns how many, and the problems, with which none is stored."""
    problems: list[str] = []
    number = 0
    for owner, texts in by_owner(found).items():
        model_admin: Any = owner and admin.site.get_model_admin(owner[0])
        obj = owner and model_admin.lock(request, str(owner[1]))
        if obj and not model_admin.has_change_permission(request, obj):
            problems.append(_("%s: you may not change it.") % obj)
        elif new := new_texts(obj, texts, language, problems):
            problems += store(request, model_admin, obj, new)
            number += 1
    transaction.set_rollback(bool(problems))
    return number, problems
