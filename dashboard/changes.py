"""The latest changes: versions of django-reversion, as restoring and bulk actions write none to Django's admin log."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import reversion
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from reversion.models import Version

from dashboard.cards import may
from editing.differences import label_of
from editing.history import stored_fields
from editing.templatetags.editing import person
from publishing.models import UNSEEN
from quality.links import contents

SHOWN = 10
READ = 200  # versions; saving an object saves a version of each of its parts too
LABELS = 4  # names of fields that changed; the history tells the rest
Key = tuple[int, str, date]  # an object and a day


@dataclass
class Day:
    """What was saved of an object on a day, the newest version first, and the version before."""

    model: Any
    versions: list[Version]
    newest: Any = None
    before: Any = None

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}:{self.versions[0].object_id}"

    @property
    def changed(self) -> list[Any]:
        """The fields that differ; all of them for a first version."""
        now, then = (values(version) if version else {} for version in (self.newest, self.before))
        return [field for field in stored_fields(self.newest) if now[field.name] != then.get(field.name)]

    @property
    def what(self) -> list[str]:
        """What the revisions say, each once, and the names of the fields that readers see."""
        said = list(dict.fromkeys(filter(None, (v.revision.get_comment() for v in reversed(self.versions)))))
        seen = [field for field in self.changed if field.name not in UNSEEN] if self.before else []
        labels = [label_of(field) for field in seen]
        if more := len(labels[LABELS:]):
            labels[LABELS:] = [_("%d more fields") % more]
        return said + ([", ".join(labels)] if labels else [])


def days_of(versions: Any, model_of: dict[int, Any]) -> list[Day]:
    found: dict[Key, Day] = {}
    for version in versions:
        key = version.content_type_id, version.object_id, timezone.localdate(version.revision.date_created)
        found.setdefault(key, Day(model_of[version.content_type_id], [])).versions.append(version)
    return list(found.values())[: 3 * SHOWN]


def values(version: Version) -> dict[str, Any]:
    """What a version holds, by field: lists in no order, and nothing where a text is empty or missing."""
    held = {field: version.field_dict[field.attname] for field in stored_fields(version)}
    return {
        field.name: sorted(map(int, value)) if field.many_to_many else None if value == "" else value
        for field, value in held.items()
    }


def add_data(days: list[Day]) -> None:
    """Read the newest version of each day, and the one before the day's first, by two queries."""
    earlier = Version.objects.filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), pk__lt=OuterRef("pk")
    )
    earlier = Subquery(earlier.order_by("-pk").values("pk")[:1])
    firsts = Version.objects.filter(pk__in=[day.versions[-1].pk for day in days])
    before = dict(firsts.annotate(earlier=earlier).values_list("pk", "earlier"))
    wanted = {day.versions[0].pk for day in days} | set(before.values())
    read = Version.objects.select_related("content_type").in_bulk(wanted - {None})
    for day in days:
        day.newest, day.before = read[day.versions[0].pk], read.get(before[day.versions[-1].pk])


def latest_changes(user: Any) -> list[dict[str, Any]]:
    """What people have changed of what the user may see, by object and day, each with the link to its history."""
    models = [model for model in reversion.get_registered_models() if admin.site.is_registered(model)]
    types = ContentType.objects.get_for_models(*(model for model in models if may(user, "view", model)))
    versions = Version.objects.filter(content_type__in=types.values(), revision__user__isnull=False)
    versions = versions.select_related("revision__user").defer("serialized_data").order_by("-pk")[:READ]
    days = days_of(versions, {content_type.pk: model for model, content_type in types.items()})
    add_data(days)
    days = [day for day in days if day.changed][:SHOWN]
    there = contents(day.key for day in days)
    return [describe(day, day.key not in there) for day in days]


def describe(day: Day, is_deleted: bool) -> dict[str, Any]:
    name = f"admin:{day.model._meta.app_label}_{day.model._meta.model_name}"
    newest = day.versions[0]
    return {
        "title": newest.object_repr,
        "kind": capfirst(day.model._meta.verbose_name),
        "url": reverse(f"{name}_deleted") if is_deleted else reverse(f"{name}_history", args=[newest.object_id]),
        "who": ", ".join(dict.fromkeys(person(version.revision.user) for version in day.versions)),
        "when": newest.revision.date_created,
        "what": " · ".join(day.what),
        "is_deleted": is_deleted,
    }
