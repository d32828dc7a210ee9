from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from editing.admin import IMAGE_FIELDSET, WHEN_PUBLIC, PublishableAdmin, panel
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
            _("Event"),
            {"fields": [("starts_at", "ends_at"), "place"], "description": _("Fill this in for an event.")},
        ),
        (
            _("Opportunity"),
            {
                "fields": ["audience", ("opens_on", "closes_on"), "amount"],
                "description": _("Fill this in for something to apply for."),
            },
        ),
        IMAGE_FIELDSET,
        panel(_("Link and contact"), "link", "contact"),
        (
            _("Also shown with"),
            {
                "fields": ["towns", "networks", "focus_areas", "exchanges", "projects"],
                "description": _("The news is shown on the pages that you choose here."),
            },
        ),
        panel(_("Publication"), *WHEN_PUBLIC, "reviewed_at"),
    ]
