"""The status of every translation, per object and language, in the same number of queries for any amount of content.

At the end the dashboard's card of it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator

from dashboard.card import Card, Line
from editing.filters import lacks_text
from editing.models import TranslationStatus
from editing.translations import OTHER_LANGUAGES, State
from publishing.models import Publishable

MISSING, DONE = "missing", "done"
# The first that applies to any text of an object is the object's.
STATES = {
    MISSING: _("Missing"),
    **dict(State.choices),
    DONE: _("Complete"),
}


@dataclass
class Row:
    """An object with the state of its translation into each language."""

    obj: Any
    kind: str
    states: dict[str, str]

    @property
    def label(self) -> str:
        return str(self.obj._meta.label_lower)


def models() -> list[type[Any]]:
    """The translated models that have a form of their own."""
    return [model for model in translator.get_registered_models(abstract=False) if admin.site.is_registered(model)]


def changeable(user: Any) -> list[type[Any]]:
    """Those that a user may change."""
    return [model for model in models() if user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")]


def part_relations(model: type[Any]) -> list[Any]:
    """The relations to translated parts without a form of their own, which are translated with their owner."""
    relations = admin.site.get_model_admin(model).relations  # type: ignore[attr-defined]
    return [relation for relation in relations if not admin.site.is_registered(relation.related_model)]


def texts_of(obj: Any) -> list[Any]:
    """The object and its parts."""
    found = [obj]
    for relation in part_relations(type(obj)):
        found += sorted(getattr(obj, relation.get_accessor_name()).all(), key=lambda part: part.pk)  # may be prefetched
    return found


def with_related(objects: QuerySet[Any]) -> QuerySet[Any]:
    """With what their names are made of."""
    related = admin.site.get_model_admin(objects.model).list_select_related
    return objects.select_related(*related) if isinstance(related, list | tuple) else objects


def lacks_any(model: type[Any], language: str) -> Any:
    """Whether an object or one of its parts lacks a text in the language."""
    found: Any = lacks_text(model, language)
    for relation in part_relations(model):
        parts = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        found |= Q(Exists(parts.filter(lacks_text(relation.related_model, language))))
    return ExpressionWrapper(found, output_field=BooleanField())


def owners(model: type[Any]) -> dict[tuple[str, int], int]:
    """The key of the owner of each part, by the part's model and key."""
    found: dict[tuple[str, int], int] = {}
    for relation in part_relations(model):
        part = relation.related_model
        rows = part._base_manager.values_list("pk", relation.field.attname)
        found |= {(part._meta.label_lower, pk): owner for pk, owner in rows}
    return found


def rows_of(model: type[Any], stored: set[tuple[str, int, str, str]]) -> Iterator[Row]:
    """Every object of a model, in the order of its list. `stored` is what is known of the texts of all objects."""
    label, kind, parts = model._meta.label_lower, str(model._meta.verbose_name_plural), owners(model)
    left = {(pk if of == label else parts.get((of, pk)), language, state) for of, pk, language, state in stored}
    missing = {f"lacks_{code}": lacks_any(model, code) for code, _name in OTHER_LANGUAGES}
    long = [f.name for f in model._meta.concrete_fields if f.get_internal_type() == "TextField"]
    objects: QuerySet[Any] = model._default_manager.annotate(**missing).defer(*long)
    for obj in with_related(objects):
        left |= {(obj.pk, code, MISSING) for code, _name in OTHER_LANGUAGES if getattr(obj, f"lacks_{code}")}
        states = {
            code: next((state for state in STATES if (obj.pk, code, state) in left), DONE)
            for code, _name in OTHER_LANGUAGES
        }
        yield Row(obj, kind, states)


def all_rows(user: Any) -> list[Row]:
    """The objects that a user may change, kind by kind."""
    stored = set(TranslationStatus.objects.values_list("model", "object_id", "language", "state"))
    return [row for model in changeable(user) for row in rows_of(model, stored)]


def missing_pages(user: Any) -> Counter[str]:
    """The number of public objects of which a text is missing, by language."""
    found: Counter[str] = Counter()
    for model in changeable(user):
        objects: Any = model._default_manager
        objects = objects.published() if issubclass(model, Publishable) else objects.all()
        found.update(objects.aggregate(**{c: Count("pk", filter=lacks_any(model, c)) for c, _n in OTHER_LANGUAGES}))
    return found


def translations(user: Any) -> Card:
    """What is missing, outdated and not reviewed in each language, with a link to the desk."""
    found = changeable(user)
    found += [relation.related_model for model in found for relation in part_relations(model)]
    stored = TranslationStatus.objects.filter(model__in=[model._meta.label_lower for model in found]).order_by()
    missing = missing_pages(user)
    texts = {
        (language, state): number
        for language, state, number in stored.values_list("language", "state").annotate(Count("pk"))
    }
    lines = []
    for code, name in OTHER_LANGUAGES:
        outdated, unreviewed = (texts.get((code, state), 0) for state in (State.OUTDATED, State.UNREVIEWED))
        left = [
            missing[code] and ngettext("missing on %d page", "missing on %d pages", missing[code]) % missing[code],
            outdated and ngettext("%d outdated text", "%d outdated texts", outdated) % outdated,
            unreviewed and ngettext("%d text to review", "%d texts to review", unreviewed) % unreviewed,
        ]
        if any(left):
            url = reverse("translating:desk", query={"language": code})
            lines.append(Line(capfirst(str(name)), url, ", ".join(filter(None, left))))
    return Card(gettext("Translations to do"), "", lines)
