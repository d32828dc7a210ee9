"""The versions of an object in the admin: what each changed, restoring one, and recovering what was deleted."""

from types import SimpleNamespace
from typing import Any

import reversion
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.files.base import File
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from reversion.errors import RevertError
from reversion.models import Version

from editing.differences import State, differences, in_words, label_of
from editing.form_admin import FormAdmin
from editing.translations import changed_texts, note_changes
from publishing.models import UNSEEN


def stored_fields(version: Version) -> list[Any]:
    """The fields that a version holds, without the columns that only repeat a translation."""
    model: Any = version.content_type.model_class()
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    repeated = {field.translated_field.name for field in fields if hasattr(field, "translated_field")}
    return [field for field in fields if field.name not in repeated and field.attname in version.field_dict]


def parts_in(version: Version, relation: Any) -> list[Version]:
    """The versions of an object's parts that were saved with a version of it."""
    found = Version.objects.filter(revision=version.revision_id).get_for_model(relation.related_model)
    return [part for part in found if str(part.field_dict.get(relation.field.attname)) == version.object_id]


def value_in(version: Version, field: Any) -> Any:
    """A field's value; of a relation the names of its objects."""
    value = version.field_dict[field.attname]
    if not field.is_relation or value is None:
        return value
    keys = [int(key) for key in value] if field.many_to_many else [value]
    names = {item.pk: str(item) for item in field.related_model._base_manager.filter(pk__in=keys)}
    return [names.get(key, _("(removed)")) for key in keys]


def version_state(version: Version, relations: list[Any]) -> State:
    """What an object and its parts held in a version."""
    hidden = UNSEEN | {"image_width", "image_height"}
    shown = [field for field in stored_fields(version) if field.name not in hidden]
    found: State = {field.name: (label_of(field), in_words(value_in(version, field), field)) for field in shown}
    for relation in relations:
        for part in parts_in(version, relation):
            model = relation.related_model._meta
            title = f"{capfirst(model.verbose_name)} ”{part.object_repr}”: "
            state = version_state(part, []).items()
            found |= {
                (model.label_lower, part.object_id, name): (title + label, text)
                for name, (label, text) in state
                if name != relation.field.name
            }
    return found


def load(obj: Any, version: Version, without: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Set the fields of an object as they were, and return its lists, both without references to what is gone."""
    lists = {}
    for field in stored_fields(version):
        value = version.field_dict[field.attname]
        if field.many_to_many:
            lists[field.name] = list(field.related_model._base_manager.filter(pk__in=value))
        elif field.name not in without:
            if field.null and field.is_relation and not field.related_model._base_manager.filter(pk=value).exists():
                value = None
            setattr(obj, field.attname, value.name if isinstance(value, File) else value)
    return lists


def save_with_lists(obj: Any, lists: dict[str, list[Any]]) -> None:
    """Save an object of a version. What it changes of a translation is not reviewed."""
    changed = changed_texts(obj)
    obj.save()
    note_changes(obj, changed)
    for name, items in lists.items():
        getattr(obj, name).set(items)


class HistoryMixin(FormAdmin):
    """Keeps every version of an object with its parts."""

    # What stays as it is when an older version is restored: when and where the object is public.
    history_keeps: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Register the models. Here, as modeltranslation has added its fields by now."""
        super().__init__(*args, **kwargs)
        for model in [self.model, *(inline.model for inline in self.inlines)]:
            if not reversion.is_registered(model):
                reversion.register(model, follow=self.kept_parts if model is self.model else ())

    def prepare_recovery(self, obj: Any) -> None:
        """Change what a deleted object cannot have again."""

    def steps(self, versions: list[Version]) -> list[Any]:
        """Each version, newest first, with what it changed."""
        states = [version_state(version, self.relations) for version in versions]
        older = [*states, None][1:]
        return [
            SimpleNamespace(version=version, differences=differences(before or {}, after), is_first=before is None)
            for version, after, before in zip(versions, states, older, strict=True)
        ]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every version with what it changed, newest first, ten at a time; each can be restored."""
        obj = self.stored(request, object_id)
        if obj is None:
            return super().history_view(request, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        versions = Version.objects.get_for_object(obj).select_related("revision__user")
        page = Paginator(versions, 10).get_page(request.GET.get("p"))
        # One more, to compare the last one with.
        compared = list(versions[max(page.start_index() - 1, 0) : page.end_index() + 1])
        context = {
            "object": obj,
            "steps": self.steps(compared)[: len(page)],
            "page": page,
            "may_restore": self.has_change_permission(request, obj) and self.may_save(request, obj),
        }
        return self.page(request, "editing/history.html", _("History: %s") % obj, **context)

    def restore_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Restore a version of an object, or recover one that was deleted. A first post shows what would change."""
        version = get_object_or_404(Version.objects.get_for_model(self.model), pk=version_id)
        obj = self.stored(request, version.object_id)
        allowed = self.has_change_permission(request) and (obj or self.has_add_permission(request))
        recovered = self.model()
        load(recovered, version)
        if request.method != "POST" or not allowed or not self.may_save(request, obj or recovered):
            raise PermissionDenied
        if request.POST.get("sure") != "sure":
            return self.ask_to_restore(request, version, obj)
        when = date_format(timezone.localtime(version.revision.date_created), "DATETIME_FORMAT")
        comment = (_("Restored to the version of %s") if obj else _("Recreated from the version of %s")) % when
        try:
            with self.new_revision(request, comment):
                self.restore(version)
        except (RevertError, IntegrityError, ObjectDoesNotExist):
            messages.error(
                request, _("The version cannot be restored, because the address or something else is taken.")
            )
            return redirect(f"{self.url_name}_changelist")
        messages.success(request, f"{comment}.")
        return redirect(f"{reverse(f'{self.url_name}_change', args=[version.object_id])}?live=1")  # not its draft

    def ask_to_restore(self, request: HttpRequest, version: Version, obj: Any) -> HttpResponse:
        newest = Version.objects.get_for_object(obj).first() if obj else None
        states = [version_state(one, self.relations) for one in (newest, version)] if newest else [{}, {}]
        changed = [{k: v for k, v in state.items() if k not in self.history_keeps} for state in states]
        title = (
            _("Do you want to restore the version?")
            if obj
            else _("Do you want to recreate “%s”?") % version.object_repr
        )
        context = {"object": obj, "version": version, "changes": differences(*changed)}
        return self.page(request, "editing/restore.html", title, **context)

    def restore(self, version: Version) -> None:
        """Save an object and its parts as they were. Raises RevertError, IntegrityError or ObjectDoesNotExist."""
        stored = self.model._base_manager.filter(pk=version.object_id).first()
        obj = stored or self.model()
        lists = load(obj, version, without=self.history_keeps if stored else ())
        if not stored:
            self.prepare_recovery(obj)
        save_with_lists(obj, lists)
        for relation in self.relations:
            versions = parts_in(version, relation)
            parts = relation.related_model._base_manager
            parts.filter(**{relation.field.name: obj}).exclude(pk__in=[one.object_id for one in versions]).delete()
            for one in versions:
                part = parts.filter(pk=one.object_id).first() or relation.related_model()
                save_with_lists(part, load(part, one))
        obj.touch()
        obj.save()  # once more, so that the new version holds the parts

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """What has been deleted, to be recovered."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        versions = Version.objects.get_deleted(self.model).select_related("revision__user")
        return self.page(
            request, "editing/deleted.html", _("Deleted: %s") % self.opts.verbose_name_plural, versions=versions
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"shows_deleted": self.has_delete_permission(request)})

    def get_urls(self) -> list[Any]:
        name, view = self.url_name.removeprefix("admin:"), self.admin_site.admin_view
        return [
            path("restore/<int:version_id>/", view(self.restore_view), name=f"{name}_restore"),
            path("deleted/", view(self.deleted_view), name=f"{name}_deleted"),
            *super().get_urls(),
        ]
