from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from editing.admin import ContentAdmin


@admin.register(Contact)
class ContactAdmin(ContentAdmin):
    list_display = ["listed_name", "role", "phone", "email", "is_main"]
    autocomplete_fields = ["stand_in"]
    search_fields = ["name", "role", "unit", "email"]
    sort_keys = ("sort_key",)
    history_keeps = ("is_main",)
    when_used = _("Sidorna visar ordinarie kontakt i stället.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every page promises someone to reach, so the main contact is changed or replaced, never deleted."""
        return bool(super().has_delete_permission(request, obj) and not (obj and obj.is_main))

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
    ]
