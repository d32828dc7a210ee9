"""Drafts: changes of a live object, kept as form data beside it until they are published or discarded."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editing.locking import LockingMixin
from editing.models import Draft


class DraftMixin(LockingMixin):
    def get_queryset(self, request: HttpRequest) -> QuerySet:
        drafts = Draft.objects.filter(model=self.opts.label_lower, object_id=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_draft=Exists(drafts))

    def draft_of(self, object_id: str | int | None) -> Draft | None:
        if not object_id or not str(object_id).isdecimal():
            return None
        drafts = Draft.objects.filter(model=self.opts.label_lower, object_id=object_id)
        return drafts.select_related("user").first()

    def draft_context(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        """What the form tells of the draft that is shown in it."""
        return {"draft": draft, "drafted": self.compare(request, str(draft.object_id), None, draft.data)}

    def save_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep what was posted as a draft. It may be unfinished, but a picture must be valid. The object is locked."""
        data, (form, _formsets) = self.posted_forms(request, object_id)
        if "image" in form.errors and request.FILES:
            messages.error(request, _("Utkastet är inte sparat, för bilden går inte att använda."))
            return self.show_data(request, object_id, data)
        draft = self.draft_of(object_id)
        if draft and draft.version != request.POST.get("_draft_seen"):
            context = {"newer_draft": draft, "draft_seen": draft.version}
            return self.show_conflict(request, object_id, data, draft.data, **context)
        # What this form does not show its user, an agreement or a time, stays as it was drafted.
        kept = draft.data if draft else {}
        Draft.objects.update_or_create(
            model=self.opts.label_lower,
            object_id=object_id,
            defaults={"data": kept | data, "user_id": request.user.pk, "saved_at": timezone.now()},  # type: ignore[misc]
        )
        messages.success(request, _("Utkastet är sparat. Besökarna ser fortfarande den publicerade texten."))
        return redirect(request.path)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Remove the draft that the saved form showed, and no other."""
        super().save_related(request, form, formsets, change)
        draft = self.draft_of(form.instance.pk)
        if draft and draft.version == request.POST.get("_draft_seen"):
            draft.delete()

    def discard_draft(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Delete a draft, after a question that names it: one that has been saved since is asked about again."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        draft = self.draft_of(object_id)
        if request.method == "POST" and draft and request.POST.get("sure") != draft.version:
            title = _("Vill du kasta utkastet?")
            return self.page(request, "editing/discard.html", title, draft=draft, sure=draft.version)
        if request.method == "POST" and draft:
            draft.delete()
            messages.success(request, _("Utkastet är borta. Här är den publicerade texten."))
        return redirect(f"{self.url_name}_change", object_id)

    def get_urls(self) -> list[Any]:
        discard = self.admin_site.admin_view(self.discard_draft)
        name = f"{self.url_name.removeprefix('admin:')}_discard"
        return [path("<int:object_id>/discard/", discard, name=name), *super().get_urls()]
