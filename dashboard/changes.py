"""What was changed lately, by whom: the versions of whole contents, without the parts that are kept with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.text import capfirst
from reversion.models import Version

from dashboard.cards import may, objects
from editing.admin import ContentAdmin
from editing.templatetags.editing import person

SHOWN = 10


@dataclass(frozen=True)
class Change:
    title: str
    kind: str
    url: str
    who: str
    when: datetime
    what: str
    is_deleted: bool


def latest_changes(user: Any) -> list[Change]:
    """The latest changes that people have made to what the user may see, each with the way to its history."""
    models = [m for m, its_admin in admin.site._registry.items() if isinstance(its_admin, ContentAdmin)]
    types = ContentType.objects.get_for_models(*(model for model in models if may(user, "view", model)))
    versions = Version.objects.filter(content_type__in=types.values(), revision__user__isnull=False)
    versions = versions.select_related("revision__user").defer("serialized_data").order_by("-pk")[:SHOWN]
    model_of = {content_type.pk: model for model, content_type in types.items()}
    found = [(version, model_of[version.content_type_id]) for version in versions]
    there = objects((model, int(version.object_id)) for version, model in found)
    return [change(version, model, item is None) for (version, model), item in zip(found, there, strict=True)]


def change(version: Version, model: Any, is_deleted: bool) -> Change:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return Change(
        version.object_repr,
        capfirst(model._meta.verbose_name),
        reverse(f"{name}_deleted") if is_deleted else reverse(f"{name}_history", args=[version.object_id]),
        person(version.revision.user),
        version.revision.date_created,
        version.revision.get_comment(),
        is_deleted,
    )
