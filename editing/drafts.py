"""Drafts: changes of a live object, kept as form data beside it until they are published or discarded."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editing.form_data import FormData
from editing.forms import is_key
from editing.locking import LockingMixin
from editing.models import Draft, Schedule


class DraftMixin(LockingMixin):
    def get_queryset(self, request: HttpRequest) -> QuerySet:
        drafts = Draft.objects.filter(model=self.opts.label_lower, object_id=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_draft=Exists(drafts))

    def draft_of(self, request: HttpRequest, object_id: str | int | None) -> Draft | None:
        """The draft of an object; without one, of what this user has begun to add."""
        drafts = Draft.objects.filter(model=self.opts.label_lower).select_related("user", "schedule")
        if not object_id:
            return drafts.filter(object_id=None, user=request.user.pk).first()
        return drafts.filter(object_id=object_id).first() if is_key(str(object_id)) else None

    def draft_context(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        """Template context of a draft that is shown in the form."""
        object_id = str(draft.object_id) if draft.object_id else None
        return {"draft": draft, "drafted": self.compare(request, object_id, None, draft.data)}

    def shown_draft(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """Template context of the draft that a posted form showed; empty for another one."""
        draft = self.draft_of(request, object_id)
        is_shown = draft and draft.version == request.POST.get("_draft_seen")
        return self.draft_context(request, draft) if draft and is_shown else {}

    def store_draft(self, request: HttpRequest, object_id: str | None, data: FormData) -> Draft:
        """Store the draft of an object, without a time. What its form does not show stays as drafted."""
        draft = self.draft_of(request, object_id) or Draft(model=self.opts.label_lower, object_id=object_id)
        draft.data |= data
        draft.user_id, draft.saved_at = request.user.pk, timezone.now()  # type: ignore[assignment]
        draft.save()
        Schedule.objects.filter(draft=draft).delete()
        return draft

    def refuse_newer_draft(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        """Show what was typed beside a draft that the form did not show."""
        draft = self.draft_of(request, object_id)
        if not draft or draft.version == request.POST.get("_draft_seen"):
            return None
        data, _forms = self.posted_forms(request, object_id)
        context = {"newer_draft": draft, "draft_seen": draft.version}
        return self.show_conflict(request, object_id, data, draft.data, **context)

    def save_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep what was posted as a draft. It may be unfinished, but a picture must be valid. The object is locked."""
        data, (form, _formsets) = self.posted_forms(request, object_id)
        if "image" in form.errors and request.FILES:
            messages.error(request, _("The draft is not saved, because the picture cannot be used."))
            return self.show_data(request, object_id, data)
        if refused := self.refuse_newer_draft(request, object_id):
            return refused
        self.store_draft(request, object_id, data)
        messages.success(request, _("The draft is saved. Visitors still see the published text."))
        return redirect(request.path)

    def autosave(self, request: HttpRequest, object_id: str | None) -> JsonResponse:
        """Keep what is being typed as a draft. Answers editing.js with its version; 409 if there is a newer one."""
        draft, problem = self.draft_of(request, object_id), None
        if draft and draft.version != request.POST.get("_draft_seen"):
            problem = _(
                "What you write is no longer saved by itself, because there is a newer draft. Save it yourself."
            )
        elif draft and Schedule.objects.filter(draft=draft, refusal="").exists():
            problem = _("The draft has a time. What you write is therefore not saved by itself. Save it yourself.")
        if problem:
            return JsonResponse({"problem": problem}, status=409)
        draft = self.store_draft(request, object_id, self.posted_forms(request, object_id)[0])
        saved = _("Saved as a draft %s") % timezone.localtime(draft.saved_at).strftime("%H.%M")
        return JsonResponse({"draft": draft.version, "saved": saved})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """End the draft that the saved form showed, and no other."""
        super().save_related(request, form, formsets, change)
        draft = self.draft_of(request, form.instance.pk if change else None)
        if draft and draft.version == request.POST.get("_draft_seen"):
            self.end_draft(request, draft, form.instance)

    def end_draft(self, request: HttpRequest, draft: Draft, obj: Any) -> None:
        """Remove a draft whose content has been saved."""
        draft.delete()

    def discard_draft(self, request: HttpRequest, object_id: int | None = None) -> HttpResponse:
        """Delete a draft, after a question that names it: one that has been saved since is asked about again."""
        if not (self.has_change_permission(request) if object_id else self.has_add_permission(request)):
            raise PermissionDenied
        draft = self.draft_of(request, object_id)
        if request.method == "POST" and draft and request.POST.get("sure") != draft.version:
            title = _("Do you want to throw the draft away?")
            return self.page(request, "editing/discard.html", title, draft=draft, sure=draft.version)
        if request.method == "POST" and draft:
            draft.delete()
            messages.success(request, _("The draft is gone."))
        return redirect(f"{self.url_name}_change", object_id) if object_id else redirect(f"{self.url_name}_add")

    def get_urls(self) -> list[Any]:
        discard = self.admin_site.admin_view(self.discard_draft)
        name = f"{self.url_name.removeprefix('admin:')}_discard"
        own = [path(f"{at}/discard/", discard, name=name) for at in ("<int:object_id>", "add")]
        return [*own, *super().get_urls()]
