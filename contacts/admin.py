from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.takeover import take_over_due
from editing.admin import ContentAdmin


@admin.register(Contact)
class ContactAdmin(ContentAdmin):
    list_display = ["listed_name", "role", "phone", "email", "is_main"]
    autocomplete_fields = ["stand_in", "successor"]
    search_fields = ["name", "role", "unit", "email"]
    sort_keys = ("sort_key",)
    history_keeps = ("is_main", "successor", "succeeded_on")
    when_used = _("Sidorna visar ordinarie kontakt i stället.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every page promises someone to reach, so the main contact is changed or replaced, never deleted."""
        return bool(super().has_delete_permission(request, obj) and not (obj and obj.is_main))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for old, new, number in take_over_due():
            words = ngettext(
                "%(new)s har tagit över efter %(old)s på %(n)d sida.",
                "%(new)s har tagit över efter %(old)s på %(n)d sidor.",
                number,
            )
            if old.is_main:  # also where no contact is chosen
                words = gettext("%(new)s har tagit över efter %(old)s på alla sidor.")
            messages.success(request, words % {"new": new, "old": old, "n": number})

    def prepare_recovery(self, obj: Contact) -> None:
        obj.is_main = False  # somebody else is by now

    def preview_address(self, obj: Contact) -> str:
        return reverse("contact")

    fieldsets = [
        (
            None,
            {
                "fields": ["name", "role", "unit", "phone", "email", "hours", "is_main", "minor_change"],
                "description": _("En kontakt visas på alla sidor den svarar för. Ändra här, så ändras den överallt."),
            },
        ),
        (_("Borta"), {"fields": [("absent_from", "absent_until"), "stand_in"]}),
        (_("Någon annan tar över"), {"fields": ["successor", "succeeded_on"]}),
    ]
