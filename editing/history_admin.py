"""Every version of a content in the admin: read, compared and brought back."""

from typing import Any

import reversion
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from reversion.errors import RevertError
from reversion.models import Version

from editing.differences import differences
from editing.history import bring_back, state_of, steps, without_what_stays


class VersionedAdmin(TranslationAdmin):
    """Keeps every version of a content with its parts, and gives each back."""

    # The relations to parts that are edited on this form and kept with each version.
    kept_parts: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep every version, its parts with it. Here, as modeltranslation has added its fields by now."""
        super().__init__(*args, **kwargs)
        for model in [self.model, *(inline.model for inline in self.inlines)]:
            if not reversion.is_registered(model):
                reversion.register(model, follow=self.kept_parts if model is self.model else ())

    def may_save(self, request: HttpRequest, obj: Any) -> bool:
        """Whether a change of this object may be saved."""
        raise NotImplementedError

    def object_of(self, request: HttpRequest, object_id: str | None) -> Any:
        """The object of a form, read afresh; None for a new one or one that is gone."""
        return self.get_object(request, unquote(object_id)) if object_id else None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        shown = {"shows_deleted": self.has_delete_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **shown})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every version with what it changed, newest first, ten at a time; each can be brought back."""
        obj = self.object_of(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        versions = Version.objects.get_for_object(obj).select_related("revision__user")
        page = Paginator(versions, 10).get_page(request.GET.get("p"))
        one_more = list(versions[page.start_index() - 1 : page.end_index() + 1]) if versions else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Historik: %s") % obj,
            "opts": self.opts,
            "object": obj,
            "steps": steps(one_more)[: len(page)],
            "page": page,
            "may_restore": self.has_change_permission(request, obj) and self.may_save(request, obj),
        }
        return render(request, "editing/history.html", context)

    def restore(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Bring a version back, or what has been deleted."""
        version = get_object_or_404(Version.objects.get_for_model(self.model), pk=version_id)
        obj = self.object_of(request, version.object_id)
        allowed = self.has_change_permission(request) and (obj or self.has_add_permission(request))
        if request.method != "POST" or not allowed or not self.may_save(request, obj or version._object_version.object):
            raise PermissionDenied
        if request.POST.get("sure") != "sure":
            return self.ask_to_restore(request, version, obj)
        when = date_format(timezone.localtime(version.revision.date_created), "DATETIME_FORMAT")
        comment = _("Återställd till versionen från %s") if obj else _("Återskapad ur versionen från %s")
        try:
            restored = bring_back(version, comment % when, request.user)
        except (RevertError, IntegrityError):
            messages.error(request, _("Versionen går inte att återställa, för adressen eller något annat är upptaget."))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        messages.success(request, (comment % when) + ".")
        form = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[restored.pk])
        return redirect(f"{form}?live=1")  # not the draft that may wait there

    def ask_to_restore(self, request: HttpRequest, version: Version, obj: Any) -> HttpResponse:
        """Show what bringing a version back would change."""
        newest = Version.objects.get_for_object(obj).first() if obj else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Vill du återställa versionen?") if obj else _("Vill du återskapa ”%s”?") % version.object_repr,
            "opts": self.opts,
            "object": obj,
            "version": version,
            "changes": differences(*(without_what_stays(state_of(one)) for one in (newest, version))) if newest else [],
        }
        return render(request, "editing/restore.html", context)

    def deleted(self, request: HttpRequest) -> HttpResponse:
        """What has been deleted, to be brought back."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Raderade: %s") % self.opts.verbose_name_plural,
            "opts": self.opts,
            "versions": Version.objects.get_deleted(self.model).select_related("revision__user"),
        }
        return render(request, "editing/deleted.html", context)

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        inside = self.admin_site.admin_view
        return [
            path("restore/<int:version_id>/", inside(self.restore), name=f"{name}_restore"),
            path("deleted/", inside(self.deleted), name=f"{name}_deleted"),
            *super().get_urls(),
        ]
