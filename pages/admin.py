from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pages.models import Page
from publishing.admin import IMAGE_FIELDSET, PUBLISHING_FIELDSET, PublishableAdmin


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    list_display = ["title", "section", "status", "updated_at"]
    search_fields = ["title", "summary", "intro", "body"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (_("Text"), {"fields": ["title", "summary", "intro", "body"]}),
        IMAGE_FIELDSET,
        (_("Plats och kontakt"), {"fields": ["section", "contact"]}),
        PUBLISHING_FIELDSET,
    ]
