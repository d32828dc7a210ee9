from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from editing.admin import IMAGE_FIELDSET, PUBLISHING_FIELDSET, PartInline, PublishableAdmin
from networks.models import Fact, FocusArea, Network, Project


class FactInline(PartInline):
    model = Fact
    fields = ["label", "value", "source", "source_url", ("as_of", "position")]


class ProjectInline(PartInline):
    model = Project
    autocomplete_fields = ["focus_areas"]
    fields = ["name", "summary", "focus_areas", ("started", "ended", "position"), "website"]


@admin.register(Network)
class NetworkAdmin(PublishableAdmin):
    list_display = ["listed_name", "status", "updated"]
    search_fields = ["name", "full_name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["focus_areas"]
    inlines = [ProjectInline, FactInline]
    kept_parts = ("projects", "facts")
    fieldsets = [
        (_("Text"), {"fields": ["name", "full_name", "summary", "body"]}),
        (_("Vad nätverket arbetar med"), {"fields": ["focus_intro", "focus_areas", "participation"]}),
        IMAGE_FIELDSET,
        (_("Medlemskap och kontakt"), {"fields": ["member_from", "member_until", "founded", "website", "contact"]}),
        PUBLISHING_FIELDSET,
    ]


@admin.register(FocusArea)
class FocusAreaAdmin(PublishableAdmin):
    list_display = ["listed_name", "status", "position", "updated"]
    search_fields = ["name", "summary"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (_("Text"), {"fields": ["name", "summary", "body", "contact"]}),
        PUBLISHING_FIELDSET,
    ]
