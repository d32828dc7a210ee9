from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from publishing.admin import ContentAdmin


@admin.register(Contact)
class ContactAdmin(ContentAdmin):
    list_display = ["name", "role", "phone", "email", "is_main"]
    search_fields = ["name", "role", "unit", "email"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "role", "unit", "phone", "email", "is_main", "minor_change"],
                "description": _("En kontakt visas på alla sidor den svarar för. Ändra här, så ändras den överallt."),
            },
        ),
    ]
