"""Drafts that wait: for a set time, or for a coordinator who publishes them or sends them back with a note.

A draft with a time is published by the worker that first learns that the time has come, and without cron.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import InterfaceError, OperationalError, transaction
from django.forms.formsets import all_valid
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from editing.drafts import DraftMixin
from editing.forms import MinuteInput, MomentField
from editing.models import Draft, Proposal, Schedule
from publishing.templatetags.site import absolute
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


class NoteForm(forms.Form):
    """A note from an editor or a coordinator about a draft."""

    prefix = "proposal"
    note = forms.CharField(
        label=_("Message"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReturnForm(NoteForm):
    note = forms.CharField(
        label=_("What needs to change?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "required": False})
    )


class WaitingMixin(DraftMixin):
    def may_schedule(self, request: HttpRequest, obj: Any) -> bool:
        """What readers do not see has times of publishing instead."""
        return bool(obj) and self.is_live(obj) and self.has_publish_permission(request)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = context.get("draft")
        proposal = Proposal.objects.filter(draft=draft).select_related("asked_by", "returned_by").first()
        if not self.has_publish_permission(request) and context["original"]:
            context = {"note_form": NoteForm(initial={"note": proposal and proposal.note}), **context}
        elif proposal and not proposal.returned_at:
            context = {"return_form": ReturnForm(), **context}
        if context["may_schedule"]:
            schedule = Schedule.objects.filter(draft=draft, refusal="").first() if draft else None
            initial = {"publish_at": schedule and schedule.publish_at}
            context = {"schedule": schedule, "schedule_form": ScheduleForm(initial=initial), **context}
        return super().render_change_form(request, {"proposal": proposal, **context}, *args, **kwargs)

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
        form, formsets = self.bound_forms(request, self.forms_of(request, object_id), draft.data)
        if not (form.is_valid() and all_valid(formsets)):
            return Schedule.Refusal.INVALID
        with self.new_revision(request):
            saved = self.save_form(request, form, change=True)
            self.save_model(request, saved, form, change=True)
            self.save_related(request, form, formsets, change=True)
            self.log_change(request, saved, self.construct_change_message(request, form, formsets))
        return ""

    def propose(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """Keep what was posted as a draft and ask for its publishing, if it could be saved. The object is locked."""
        if not object_id:
            raise PermissionDenied
        if refused := self.refuse_unseen(request, object_id) or self.refuse_newer_draft(request, object_id):
            return refused
        data, (form, formsets) = self.posted_forms(request, object_id)
        note = NoteForm(request.POST)
        if not (form.is_valid() and all_valid(formsets) and note.is_valid()):
            return self.show_data(request, object_id, data, note_form=note, **self.shown_draft(request, object_id))
        draft = self.store_draft(request, object_id, data)
        asked = {"asked_by": request.user, "asked_at": timezone.now(), "note": note.cleaned_data["note"]}
        Proposal.objects.update_or_create(draft=draft, defaults={**asked, "returned_at": None, "answer": ""})
        messages.success(request, _("The draft is ready for review. A coordinator will publish it or reply."))
        may_publish = User.objects.with_perm("editing.publish").exclude(pk=request.user.pk)  # type: ignore[misc]
        self.write(request, may_publish, _("Ready for review: %s"), object_id, asked["note"])
        return redirect(request.path)

    def send_back(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """Store the post as a draft and return it to its author with a note. The object is locked."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        if refused := self.refuse_newer_draft(request, object_id):
            return refused
        draft = self.draft_of(request, object_id)
        proposal = Proposal.objects.filter(draft=draft).select_related("asked_by").first()
        if not (object_id and draft and proposal):  # published or discarded meanwhile
            return self.show_posted(request, object_id)
        data, _forms = self.posted_forms(request, object_id)
        note = ReturnForm(request.POST)
        if not note.is_valid():
            return self.show_data(request, object_id, data, return_form=note, **self.draft_context(request, draft))
        self.store_draft(request, object_id, data)
        answer = {"returned_by": request.user, "returned_at": timezone.now(), "answer": note.cleaned_data["note"]}
        Proposal.objects.filter(pk=proposal.pk).update(**answer)
        messages.success(request, _("The draft is back with its author."))
        self.write(request, [proposal.asked_by], _("Back to you: %s"), object_id, note.cleaned_data["note"])
        return redirect(request.path)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Send the author of a proposal a letter when it is published."""
        about = {"draft__model": self.opts.label_lower, "draft__object_id": form.instance.pk}
        proposal = Proposal.objects.filter(**about).select_related("asked_by").first() if change else None
        super().save_related(request, form, formsets, change)
        is_done = proposal and not Draft.objects.filter(pk=proposal.draft_id).exists()
        if proposal and is_done and self.is_live(form.instance) and proposal.asked_by != request.user:
            self.write(request, [proposal.asked_by], _("Published: %s"), str(form.instance.pk))

    def end_draft(self, request: HttpRequest, draft: Draft, obj: Any) -> None:
        """Keep the proposal of an editor who saves a page that is not public: it still waits for a coordinator."""
        is_open = Proposal.objects.filter(draft=draft, returned_at=None).exists()
        if is_open and not self.has_publish_permission(request):
            draft.data, draft.saved_at = {"_seen": [self.version_of(obj)]}, timezone.now()
            draft.save()
            messages.info(request, _("The page still waits for a coordinator’s review."))
        else:
            super().end_draft(request, draft, obj)

    def write(self, request: HttpRequest, to: Iterable[User], subject: Any, object_id: str, note: str = "") -> None:
        """Send users a letter after the commit. Show a warning if that fails."""
        addresses = [user.email for user in to if user.email]
        if not (settings.EMAIL_HOST and addresses):
            return
        title = " ".join(str(self.stored(request, object_id)).split())
        url = absolute(reverse(f"{self.url_name}_change", args=[object_id]))
        text = render_to_string("editing/proposal.txt", {"user": request.user, "note": note, "url": url})

        def send() -> None:
            for address in addresses:
                try:
                    send_mail(subject % title, text, None, [address])
                except (SMTPException, OSError):
                    logger.exception("A letter about %s %s was not sent", self.opts.label_lower, object_id)
                    message = _("The email to %s could not be sent. Get in touch yourself.") % address
                    messages.warning(request, message, fail_silently=True)

        transaction.on_commit(send)


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
