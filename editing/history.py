"""The versions of a content: what each changed, and how to get one back."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import reversion
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from reversion.models import Version

from editing.differences import Difference, State, differences, label_of
from publishing.dates import YearOrDateField, year_or_date
from publishing.models import UNSEEN, Content
from publishing.richtext import RichTextField, plain_text
from publishing.sorting import sort_key

# What is kept as it is when an older version comes back: when and where the page is public.
STAYS = ("published_at", "unpublished_at", "slug", "reviewed_at", "position", "section", "home", "is_main")


@dataclass(frozen=True)
class Step:
    """One version of an object, and what it changed."""

    version: Version
    differences: list[Difference]
    is_first: bool


def follows(model: type[models.Model]) -> list[Any]:
    """The relations from a content to the parts that are kept with it."""
    return [model._meta.get_field(name) for name in reversion.revisions._get_options(model).follow]


def parts_in(version: Version) -> list[Version]:
    """The versions of an object's parts that belong to a version of it."""
    found = []
    for relation in follows(version._model):
        of_model = Version.objects.filter(revision=version.revision_id).get_for_model(relation.related_model)
        own = relation.field.attname
        found += [part for part in of_model if str(part.field_dict.get(own)) == version.object_id]
    return found


def in_words(field: Any, value: Any) -> str:  # noqa: PLR0911
    """What a field held, as one reads it. What it pointed to and is no more is said to be gone."""
    if value is None:
        return ""
    if field.is_relation:
        keys = [int(key) for key in value] if field.many_to_many else [value]
        names = {item.pk: str(item) for item in field.related_model._base_manager.filter(pk__in=keys)}
        return ", ".join(sorted((names.get(key, _("(borttaget)")) for key in keys), key=sort_key))
    match field:
        case models.BooleanField():
            return _("ja") if value else _("nej")
        case models.DateTimeField():
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        case YearOrDateField():
            return year_or_date(value, field.is_last)
        case models.DateField():
            return date_format(value, "DATE_FORMAT")
        case RichTextField():
            return plain_text(value)
    return str(dict(field.flatchoices).get(value, value))


def own_state(version: Version, title: str = "", key: tuple[Any, ...] = ()) -> State:
    """What one object held in a version."""
    values = version.field_dict
    fields = [*version._model._meta.concrete_fields, *version._model._meta.many_to_many]
    originals = {field.translated_field.name for field in fields if hasattr(field, "translated_field")}
    owner = {relation.field.name for relation in follows_from(version._model)}
    shown = [
        field
        for field in fields
        if field.name not in UNSEEN | originals | owner | {"image_width", "image_height"} and field.attname in values
    ]
    return {(*key, field.name): (title + label_of(field), in_words(field, values[field.attname])) for field in shown}


def follows_from(model: type[models.Model]) -> Iterable[Any]:
    """The relations by which other contents keep this model as a part of theirs."""
    return [
        relation
        for owner in reversion.get_registered_models()
        for relation in follows(owner)
        if relation.related_model is model
    ]


def state_of(version: Version) -> State:
    """What an object and its parts held in a version."""
    found = own_state(version)
    for part in parts_in(version):
        title = f"{capfirst(part._model._meta.verbose_name)} ”{part.object_repr}”: "
        found |= own_state(part, title, (part._model._meta.label_lower, part.object_id))
    return found


def without_what_stays(state: State) -> State:
    """A version's state, less what is kept as it is when the version comes back."""
    return {key: value for key, value in state.items() if key not in {(name,) for name in STAYS}}


def steps(versions: list[Version]) -> list[Step]:
    """What each version changed, newest first; the last of them is only what the one before it is compared with."""
    states = [state_of(version) for version in versions]
    older = [*states, None][1:]
    return [
        Step(version, differences(before, after) if before is not None else [], before is None)
        for version, after, before in zip(versions, states, older, strict=True)
    ]


def forget_the_gone(version: Version) -> None:
    """Take out of a version what it pointed to and is no more: a deleted area, a contact who has left."""
    stored = version._object_version
    for field in version._model._meta.many_to_many:
        keys = (stored.m2m_data or {}).get(field.name)
        if keys:
            there = field.related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)
            stored.m2m_data[field.name] = list(there)
    for field in version._model._meta.concrete_fields:
        key = getattr(stored.object, field.attname)
        if field.is_relation and field.null and not field.related_model._base_manager.filter(pk=key).exists():
            setattr(stored.object, field.attname, None)


def free_slug(model: Any, slug: str) -> str:
    """The slug, or where another object has it the first of slug-2, slug-3 … that is free."""
    numbered = (f"{slug[:75]}-{number}" for number in count(2))
    return next(one for one in chain([slug], numbered) if not model._base_manager.filter(slug=one).exists())


def bring_back(version: Version, comment: str, user: Any) -> models.Model:
    """Make an object and its parts what they were in a version, as a new version. Raises RevertError.

    When and where it is public stays as it is now. What is deleted comes back as it was; where its address has been
    taken meanwhile it gets the next free one.
    """
    model = version._model
    with reversion.create_revision():
        reversion.set_user(user)
        reversion.set_comment(comment)
        now = model._base_manager.filter(pk=version.object_id).first()
        for name in STAYS:
            if now and hasattr(now, name):
                setattr(version._object_version.object, name, getattr(now, name))
        if now is None and hasattr(version._object_version.object, "is_main"):
            version._object_version.object.is_main = False  # somebody else is by now
        if now is None and hasattr(version._object_version.object, "slug"):
            version._object_version.object.slug = free_slug(model, version._object_version.object.slug)
        parts = parts_in(version)
        for relation in follows(model):
            there = {part.object_id for part in parts if part._model is relation.related_model}
            for part in relation.related_model._base_manager.filter(**{relation.field.name: version.object_id}):
                if str(part.pk) not in there:
                    part.delete()
        for one in [version, *parts]:
            forget_the_gone(one)
            one.revert()
        restored: Any = model._base_manager.get(pk=version.object_id)
        if isinstance(restored, Content):
            restored.touch()
        restored.save()
    return restored
