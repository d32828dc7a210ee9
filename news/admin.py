from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from editing.admin import IMAGE_FIELDSET, PublishableAdmin
from news.models import Article


@admin.register(Article)
class ArticleAdmin(PublishableAdmin):
    list_display = ["listed_name", "kind", "status", "updated"]
    list_filter = [*PublishableAdmin.list_filter, "kind"]
    search_fields = ["title", "summary"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["towns", "networks", "focus_areas", "exchanges", "projects"]
    fieldsets = [
        (_("Text"), {"fields": ["kind", "title", "summary", "body"]}),
        (
            _("Händelse"),
            {"fields": [("starts_at", "ends_at"), "place"], "description": _("Fyll i det här för en händelse.")},
        ),
        (
            _("Möjlighet"),
            {
                "fields": ["audience", ("opens_on", "closes_on"), "amount"],
                "description": _("Fyll i det här för något att ansöka om."),
            },
        ),
        IMAGE_FIELDSET,
        (_("Länk och kontakt"), {"classes": ["panel", "collapse"], "fields": ["link", "contact"]}),
        (
            _("Visas också hos"),
            {
                "fields": ["towns", "networks", "focus_areas", "exchanges", "projects"],
                "description": _("Nyheten visas på sidorna som du väljer här."),
            },
        ),
        (
            _("Publicering"),
            {
                "classes": ["panel", "collapse"],
                "fields": ["published_at", "unpublished_at", "minor_change", "change_note", "slug", "reviewed_at"],
            },
        ),
    ]
