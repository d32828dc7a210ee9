"""The latest changes: versions of django-reversion, as restoring and bulk actions write none to Django's admin log."""

from typing import Any

import reversion
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.text import capfirst
from reversion.models import Version

from dashboard.cards import may, objects
from editing.templatetags.editing import person

SHOWN = 10


def latest_changes(user: Any) -> list[dict[str, Any]]:
    """What people have changed of what the user may see, each with the link to its history, or to the deleted ones."""
    models = [model for model in reversion.get_registered_models() if admin.site.is_registered(model)]
    types = ContentType.objects.get_for_models(*(model for model in models if may(user, "view", model)))
    versions = Version.objects.filter(content_type__in=types.values(), revision__user__isnull=False)
    versions = versions.select_related("revision__user").defer("serialized_data").order_by("-pk")[:SHOWN]
    model_of = {content_type.pk: model for model, content_type in types.items()}
    found = [(version, model_of[version.content_type_id]) for version in versions]
    there = objects((model, int(version.object_id)) for version, model in found)
    return [describe(version, model, item is None) for (version, model), item in zip(found, there, strict=True)]


def describe(version: Version, model: Any, is_deleted: bool) -> dict[str, Any]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return {
        "title": version.object_repr,
        "kind": capfirst(model._meta.verbose_name),
        "url": reverse(f"{name}_deleted") if is_deleted else reverse(f"{name}_history", args=[version.object_id]),
        "who": person(version.revision.user),
        "when": version.revision.date_created,
        "what": version.revision.get_comment(),
        "is_deleted": is_deleted,
    }
