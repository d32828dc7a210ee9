from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editing.admin import IMAGE_FIELDSET, PUBLISHING_FIELDSET, PublishableAdmin, panel
from editing.deletion import DELETION_FORMS
from editing.locking import SeenAdmin, SeenForm
from pages.models import OldAddress, Page
from pages.redirects import ForwardForm, items, leads_to, public_pages
from publishing.models import Publishable
from publishing.permissions import never

# The editing app is below this one and does not know the pages to choose from.
DELETION_FORMS[Publishable] = ForwardForm


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    list_display = ["listed_name", "section", "status", "updated"]
    search_fields = ["title", "summary", "intro", "body"]
    prepopulated_fields = {"slug": ["title"]}
    history_keeps = (*PublishableAdmin.history_keeps, "section")
    fieldsets = [
        (_("Text"), {"fields": ["title", "summary", "intro", "body"]}),
        IMAGE_FIELDSET,
        panel(_("Place and contact"), "section", "contact"),
        PUBLISHING_FIELDSET,
    ]


class OldAddressForm(SeenForm):
    # A choice among public pages instead of a text field.
    target = forms.ChoiceField(
        label=_("Send readers on to"),
        required=False,
        choices=public_pages,
        help_text=OldAddress._meta.get_field("target").help_text,
    )

    def told(self, obj: Any, name: str) -> str:
        """The page by its name, public or not."""
        page = items({obj.target}).get(obj.target)
        return str(page.heading if page else _("No other page"))


@admin.register(OldAddress)
class OldAddressAdmin(SeenAdmin):
    """Old addresses are recorded automatically; editors choose only where they lead when the page is gone."""

    form = OldAddressForm
    list_display = ["path", "title", "leads_to"]
    search_fields = ["path", "title"]
    readonly_fields = ["path", "title"]
    fields = [*readonly_fields, "target"]
    has_add_permission = has_delete_permission = never

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Add to each row where its address leads, with one query for each model."""
        changelist = super().get_changelist_instance(request)
        found = items({key for old in changelist.result_list for key in (old.page, old.target)})
        for old in changelist.result_list:
            old.lead, old.is_gone = leads_to(old, found), old.page not in found
        return changelist

    @admin.display(description=_("readers come to"))
    def leads_to(self, old: Any) -> Any:
        if old.lead:
            return old.lead.heading
        return _("The message that the page is gone") if old.is_gone else _("The message that the page does not exist")
