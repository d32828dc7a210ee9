"""The admin of confirmations: ask a partner, send the link, take its corrections or not."""

import logging
from smtplib import SMTPException
from typing import Any

import reversion
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from editing.forms import is_key
from editing.translations import note_changes
from feedback.forms import clean
from partners.models import Confirmation, Suggestion
from twinning.models import Town

logger = logging.getLogger(__name__)
# The language of a country's towns, where we write it.
LANGUAGES = {"GB": "en", "IE": "en", "DK": "da", "DE": "de", "AT": "de", "IT": "it", "PL": "pl", "CZ": "cs", "FR": "fr"}

ACCEPTING = ["twinning.change_town", "editing.publish"]  # what one needs to accept or decline a correction


class EmailForm(forms.Form):
    email = forms.EmailField(max_length=254)


def send(confirmation: Confirmation, email: str) -> str:
    """Send the letter with the link. The address stays, whether it was sent or not."""
    if not confirmation.is_open:
        raise ValidationError(_("The link is no longer valid. Create a new one."))
    confirmation.email = email
    confirmation.save(update_fields=["email"])
    try:
        confirmation.letter().send()
    except (SMTPException, OSError) as error:
        logger.exception("The letter about confirmation %d was not sent", confirmation.pk)
        message = _("The letter could not be sent. Try again later, or copy the link and send it yourself.")
        raise ValidationError(message) from error
    confirmation.sent_at = timezone.now()
    confirmation.save(update_fields=["sent_at"])
    return _("The letter has been sent to %s.") % email


@transaction.atomic
def decide(suggestion: Suggestion, state: Suggestion.State, user: Any) -> str:
    """Record what was decided, once."""
    waiting = Suggestion.objects.filter(pk=suggestion.pk, state=Suggestion.State.WAITING)
    if not waiting.update(state=state, decided_at=timezone.now(), decided_by=user):
        raise ValidationError(_("Someone else has already responded to the proposal."))
    return _("The proposal is %s.") % state.label


@transaction.atomic
def accept(suggestion: Suggestion, seen: str, user: Any) -> str:
    """Save the proposal in the town, in the partner's language.

    `seen` is the text that the site had when the user saw it: another one is not overwritten.
    """
    done = decide(suggestion, Suggestion.State.ACCEPTED, user)
    town = suggestion.confirmation.town = Town.objects.select_for_update().get(pk=suggestion.confirmation.town_id)
    entry = suggestion.entry
    if clean(seen) != entry.text:
        raise ValidationError(_("The text has changed since you opened the page. Read both and choose again."))
    if not suggestion.proposed:
        raise ValidationError(_("The text of the proposal has been deleted. Decline it."))
    if entry.column:
        setattr(town, entry.column, suggestion.proposed)
        Town._meta.get_field(entry.column).clean(suggestion.proposed, town)  # type: ignore[union-attr]
        with reversion.create_revision():
            reversion.set_user(user)
            reversion.set_comment(_("Corrected by the partner: %s") % entry.label)
            town.save()
        note_changes(town, {entry.column: entry.text}, is_reviewed=True)
    return done


@admin.register(Confirmation)
class ConfirmationAdmin(admin.ModelAdmin):
    """Confirmations are added here. Their change form is a page with the link, the answer and buttons."""

    list_display = ["town", "language", "state", "created_at"]
    list_filter = ["language", ("answered_at", admin.EmptyFieldListFilter)]
    fields = ["town", "language"]

    class Media:
        css = {"all": ["admin_site/form.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("town").prefetch_related("suggestions__decided_by")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        towns = Town.objects.published().filter(home=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs, queryset=towns)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The town's own language, where it is one of ours."""
        key = request.GET.get("town", "")
        town = Town.objects.filter(pk=key).first() if is_key(key) else None
        return {"town": town.pk, "language": LANGUAGES.get(town.country, "en")} if town else {}

    def response_post_save_add(self, request: HttpRequest, obj: Confirmation) -> HttpResponseRedirect:
        return redirect("admin:partners_confirmation_change", obj.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the link, the answer and the proposals, or do what one of the buttons asks for."""
        may_change = self.has_change_permission(request)
        if not self.has_view_permission(request) or (request.method == "POST" and not may_change):
            raise PermissionDenied
        if not (confirmation := self.get_object(request, unquote(object_id))):
            raise Http404
        used = confirmation.town.confirmations.exclude(email="").first()
        form = EmailForm(request.POST if "send" in request.POST else None, initial={"email": used and used.email})
        if request.method == "POST" and not form.errors:
            try:
                messages.success(request, self.press(request, confirmation))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            return redirect(request.path)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Confirmation: %s") % confirmation.town,
            "confirmation": confirmation,
            "form": form,
            "has_mail": bool(settings.EMAIL_HOST),
            "may_change": may_change,
            "may_accept": may_change and request.user.has_perms(ACCEPTING),
            "may_delete": self.has_delete_permission(request),
        }
        return render(request, "admin/partners/confirmation.html", context, status=400 if form.errors else 200)

    def press(self, request: HttpRequest, confirmation: Confirmation) -> str:
        """Do what the button asks for."""
        if "send" in request.POST:
            return send(confirmation, request.POST["email"].strip())
        if "revoke" in request.POST:
            confirmation.revoked_at = timezone.now()
            confirmation.save(update_fields=["revoked_at"])
            return _("The link no longer works.")
        if not request.user.has_perms(ACCEPTING):
            raise PermissionDenied
        key = request.POST.get("suggestion", "")
        suggestion = get_object_or_404(confirmation.suggestions, pk=key if is_key(key) else 0)
        if "accept" in request.POST:
            return accept(suggestion, request.POST.get("seen", ""), request.user)
        return decide(suggestion, Suggestion.State.DECLINED, request.user)
