from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, take_over_due
from editing.admin import ContentAdmin


@admin.register(Contact)
class ContactAdmin(ContentAdmin):
    list_display = ["listed_name", "role", "phone", "email", "is_main"]
    autocomplete_fields = ["stand_in", "successor"]
    search_fields = ["name", "role", "unit", "email"]
    sort_keys = ("sort_key",)
    history_keeps = ("is_main", "successor", "succeeded_on")
    when_used = _("The pages show the regular contact instead.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every page promises someone to reach, so the main contact is changed or replaced, never deleted."""
        return bool(super().has_delete_permission(request, obj) and not (obj and obj.is_main))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for old, new, number in take_over_due():
            words = ngettext(
                "%(new)s has taken over from %(old)s on %(n)d page.",
                "%(new)s has taken over from %(old)s on %(n)d pages.",
                number,
            )
            if old.is_main:  # also where no contact is chosen
                words = gettext("%(new)s has taken over from %(old)s on every page.")
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
                "description": _(
                    "A contact is shown on every page that it answers for. Change it here, and it changes everywhere."
                ),
            },
        ),
        (_("Away"), {"fields": [("absent_from", "absent_until"), "stand_in"]}),
        (_("Somebody else takes over"), {"fields": ["successor", "succeeded_on"]}),
    ]
