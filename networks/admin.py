from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from editing.admin import IMAGE_FIELDSET, PUBLISHING_FIELDSET, YEARS, ContentAdmin, PartInline, PublishableAdmin, panel
from networks.models import Fact, FocusArea, Network, Project


class FactInline(PartInline):
    model = Fact
    fields = ["label", "value", "source", "source_url", ("as_of", "position")]


class ProjectInline(PartInline):
    model = Project
    show_change_link = True
    autocomplete_fields = ["focus_areas"]
    fields = ["name", "summary", "focus_areas", ("started", "ended", "position"), "website"]


@admin.register(Network)
class NetworkAdmin(PublishableAdmin):
    list_display = ["listed_name", "status", "updated"]
    list_filter = [*PublishableAdmin.list_filter, ("image", admin.EmptyFieldListFilter)]
    search_fields = ["name", "full_name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["focus_areas"]
    inlines = [ProjectInline, FactInline]
    kept_parts = ("projects", "facts")
    fieldsets = [
        (_("Text"), {"fields": ["name", "full_name", "summary", "body"]}),
        (_("What the network works on"), {"fields": ["focus_intro", "focus_areas", "participation"]}),
        IMAGE_FIELDSET,
        panel(_("Membership and contact"), "member_from", "member_until", "founded", "website", "contact"),
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


@admin.register(Project)
class ProjectAdmin(ContentAdmin):
    """A project's own page. What the network shows of it is edited on the network's form, too."""

    history_keeps = ("position",)
    list_display = ["name", "network", "started", "ended", "updated"]
    list_select_related = ["network"]
    list_filter = ["network", "focus_areas"]
    search_fields = ["name", "summary"]
    autocomplete_fields = ["network", "focus_areas"]
    fieldsets = [
        (_("Text"), {"fields": ["name", "summary", "body", "website"]}),
        IMAGE_FIELDSET,
        (_("Who and what"), {"fields": ["network", "focus_areas"]}),
        YEARS,
    ]

    def is_live(self, obj: Any) -> bool:
        return not obj or obj.network.will_be_seen

    def view_on_site(self, obj: Project) -> str | None:
        return obj.get_absolute_url() if obj.network.is_published else None
