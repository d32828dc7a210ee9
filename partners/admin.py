"""The admin of confirmations: ask a partner, send the link, take its corrections or not."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from partners.deciding import accept, decide, seen
from partners.letters import send
from partners.models import Confirmation, Suggestion
from twinning.models import Town

posted = method_decorator(require_POST)
# The language of a country's towns, where we write it.
LANGUAGES = {"GB": "en", "IE": "en", "DK": "da", "DE": "de", "AT": "de", "IT": "it", "PL": "pl", "CZ": "cs", "FR": "fr"}


class EmailForm(forms.ModelForm):
    class Meta:
        model = Confirmation
        fields = ["email"]


@admin.register(Confirmation)
class ConfirmationAdmin(admin.ModelAdmin):
    """Confirmations are added here. Their change form is replaced by a page with actions."""

    list_display = ["town", "language", "what_came", "created"]
    list_select_related = ["town"]
    list_filter = ["language", ("answered_at", admin.EmptyFieldListFilter)]
    sortable_by = ()
    fields = ["town", "language"]

    class Media:
        css = {"all": ["admin_site/form.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("town").prefetch_related("suggestions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Remove the bulk deletion."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(
            db_field, request, **kwargs, queryset=Town.objects.published().filter(home=False)
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The town's own language, where it is one of ours."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        key = str(initial.get("town", ""))
        town = Town.objects.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
        return {"town": town and town.pk, "language": LANGUAGES.get(town.country, "en") if town else ""}

    def save_model(self, request: HttpRequest, obj: Confirmation, form: Any, change: bool) -> None:
        """Begin with the address that was last used for the town."""
        used = Confirmation.objects.filter(town=obj.town).exclude(email="").order_by("-created_at", "-pk").first()
        obj.email = used.email if used else ""
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: Confirmation) -> HttpResponse:
        return self.back_to(obj)

    def back_to(self, obj: Confirmation) -> HttpResponse:
        return redirect("admin:partners_confirmation_change", obj.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the link, the answer and the proposals. There is no form to save."""
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        if not (confirmation := self.get_object(request, unquote(object_id))):
            raise Http404
        return self.show(request, confirmation, EmailForm(instance=confirmation))

    def show(self, request: HttpRequest, confirmation: Confirmation, form: EmailForm) -> HttpResponse:
        suggestions = list(confirmation.suggestions.select_related("decided_by"))
        context = {
            "opts": self.opts,
            "title": _("Bekräftelse: %s") % confirmation.town,
            "confirmation": confirmation,
            "town": confirmation.town,
            "form": form,
            "has_mail": bool(settings.EMAIL_HOST),
            "suggestions": seen(suggestions, confirmation.town, confirmation.language),
            "may_act": self.may_act(request),
            "may_accept": self.may_accept(request),
            "may_delete": self.has_delete_permission(request),
            "has_change_permission": False,
        }
        context |= self.admin_site.each_context(request)
        return render(request, "admin/partners/confirmation.html", context, status=400 if form.errors else 200)

    def may_act(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.change_confirmation")

    def may_accept(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["twinning.change_town", "editing.publish"])

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/send/", view(self.send_view), name="partners_confirmation_send"),
            path("<int:pk>/revoke/", view(self.revoke_view), name="partners_confirmation_revoke"),
            path("<int:pk>/decide/<int:suggestion>/", view(self.decide_view), name="partners_confirmation_decide"),
            *super().get_urls(),
        ]

    def own(self, request: HttpRequest, pk: int) -> Confirmation:
        """The confirmation, for a user who may act on it."""
        if not self.may_act(request):
            raise PermissionDenied
        return get_object_or_404(Confirmation.objects.select_related("town"), pk=pk)

    @posted
    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the letter with the link to the address that was typed."""
        confirmation = self.own(request, pk)
        form = EmailForm(request.POST, instance=confirmation)
        form.fields["email"].required = True
        if not form.is_valid():
            return self.show(request, confirmation, form)
        if not confirmation.is_open:
            messages.error(request, _("Länken gäller inte längre. Skapa en ny."))
        elif send(confirmation):
            messages.success(request, _("Brevet är skickat till %s.") % confirmation.email)
        else:
            message = _("Brevet kunde inte skickas. Försök igen senare, eller kopiera länken och skicka den själv.")
            messages.error(request, message)
            Confirmation.objects.filter(pk=pk).update(email=confirmation.email)  # the address stays
        return self.back_to(confirmation)

    @posted
    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the link invalid."""
        confirmation = self.own(request, pk)
        Confirmation.objects.unanswered().filter(pk=pk).update(revoked_at=timezone.now())
        messages.success(request, _("Länken fungerar inte längre."))
        return self.back_to(confirmation)

    @posted
    def decide_view(self, request: HttpRequest, pk: int, suggestion: int) -> HttpResponse:
        """Accept or decline a correction."""
        confirmation = self.own(request, pk)
        found = get_object_or_404(confirmation.suggestions.select_related("confirmation"), pk=suggestion)
        if not self.may_accept(request):
            raise PermissionDenied
        if "accept" in request.POST:
            problem = accept(found, request.POST.get("seen", ""), request.user)
            done = _("Förslaget är godtaget.")
        else:
            problem = "" if decide(found, Suggestion.State.DECLINED, request.user) else _("Det är redan avgjort.")
            done = _("Förslaget är avböjt.")
        messages.add_message(request, messages.ERROR if problem else messages.SUCCESS, problem or done)
        return self.back_to(confirmation)

    @admin.display(description=_("läge"))
    def what_came(self, confirmation: Confirmation) -> str:
        return confirmation.state

    @admin.display(description=_("skapades"))
    def created(self, confirmation: Confirmation) -> str:
        return date_format(timezone.localtime(confirmation.created_at), "SHORT_DATE_FORMAT")
