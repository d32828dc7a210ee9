"""Drafts that are published at a set time: by the worker that first learns that the time has come, and without cron."""

import logging
from datetime import datetime
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.forms.formsets import all_valid
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from editing.drafts import DraftMixin
from editing.forms import MinuteInput, MomentField
from editing.models import Draft, Schedule
from publishing.validators import is_sensible_year

logger = logging.getLogger(__name__)


class ScheduleForm(forms.Form):
    """The time at which a draft is published."""

    prefix = "schedule"
    publish_at = MomentField(label=_("Publish the draft on"), widget=MinuteInput, validators=[is_sensible_year])

    def clean_publish_at(self) -> datetime:
        moment: datetime = self.cleaned_data["publish_at"]
        if moment <= timezone.now():
            raise forms.ValidationError(_("That time has already passed. Choose a later one."), code="past")
        return moment


class SchedulingMixin(DraftMixin):
    def may_schedule(self, request: HttpRequest, obj: Any) -> bool:
        """What readers do not see has times of publishing instead."""
        return bool(obj) and self.is_live(obj) and self.has_publish_permission(request)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if context["may_schedule"]:
            draft = context.get("draft")
            schedule = Schedule.objects.filter(draft=draft, refusal="").first() if draft else None
            initial = {"publish_at": schedule and schedule.publish_at}
            context = {"schedule": schedule, "schedule_form": ScheduleForm(initial=initial), **context}
        return super().render_change_form(request, context, *args, **kwargs)

    def schedule(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """Keep what was posted as a draft that is published at a time, if it could be saved. The object is locked."""
        if not self.may_schedule(request, self.stored(request, object_id)):
            raise PermissionDenied
        if refused := self.refuse_unseen(request, object_id) or self.refuse_newer_draft(request, object_id):
            return refused
        data, (form, formsets) = self.posted_forms(request, object_id)
        time = ScheduleForm(request.POST)
        if not (form.is_valid() and all_valid(formsets) and time.is_valid()):
            return self.show_data(request, object_id, data, schedule_form=time)
        draft = self.store_draft(request, object_id, data)
        moment = time.cleaned_data["publish_at"]
        Schedule.objects.create(draft=draft, publish_at=moment)
        words = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
        messages.success(request, _("The draft is published on %s. Until then visitors see the present text.") % words)
        return redirect(request.path)

    def publish_draft(self, request: HttpRequest, draft: Draft) -> str:
        """Save a draft as the user who wrote it. Returns why it was not, or nothing. The object is locked."""
        object_id = str(draft.object_id)
        obj = self.stored(request, object_id)
        if obj is None:
            return Schedule.Refusal.DELETED
        may = request.user.is_active and self.has_change_permission(request, obj)
        if not (may and self.has_publish_permission(request)):
            return Schedule.Refusal.FORBIDDEN
        if draft.data.get("_seen") != [self.version_of(obj)]:
            return Schedule.Refusal.CHANGED
        form, formsets = self.forms_of(request, object_id, draft.data)
        if not (form.is_valid() and all_valid(formsets)):
            return Schedule.Refusal.INVALID
        with self.new_revision(request):
            saved = self.save_form(request, form, change=True)
            self.save_model(request, saved, form, change=True)
            self.save_related(request, form, formsets, change=True)
            self.log_change(request, saved, self.construct_change_message(request, form, formsets))
        return ""


def publish(schedule: Schedule) -> None:
    """Publish a draft, or note why not. The object is locked first, as by a save; others may have been here before."""
    draft = schedule.draft
    model_admin: Any = admin.site.get_model_admin(apps.get_model(draft.model))
    request = HttpRequest()
    request.method, request.user = "POST", draft.user
    request.POST = QueryDict(urlencode({"_draft_seen": draft.version}))  # which ends the draft when it is saved
    with transaction.atomic(), translation.override("sv"):
        model_admin.lock(request, str(draft.object_id))
        due = Schedule.objects.filter(pk=schedule.pk, publish_at=schedule.publish_at, refusal="")
        if not due.select_for_update().exists():
            return
        if refusal := model_admin.publish_draft(request, draft):
            due.update(refusal=refusal)


def publish_due(now: datetime) -> None:
    """Publish the drafts whose time has come. Raises only where the database does not answer."""
    for schedule in Schedule.objects.filter(publish_at__lte=now, refusal="").select_related("draft__user"):
        try:
            publish(schedule)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("A draft could not be published: %s", schedule.draft)
            Schedule.objects.filter(pk=schedule.pk).update(refusal=Schedule.Refusal.FAILED)
