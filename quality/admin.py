from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from editing.deletion import change_url
from editing.locking import SeenAdmin
from publishing.permissions import never
from quality.forms import ReplaceForm
from quality.links import contents_of, name_of, replace_everywhere
from quality.models import CheckedLink, Spelling


class BrokenFilter(admin.SimpleListFilter):
    """Broken links by default: the list is of what is left to do."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("all"))]

    def choices(self, changelist: ChangeList) -> Any:
        first, *others = super().choices(changelist)
        return [first | {"display": _("broken ones")}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset if self.value() == "all" else queryset.broken()


def places_of(link: CheckedLink, found: dict[str, Any]) -> list[tuple[str, str]]:
    """The address of the form and the name of each content that uses a link."""
    return [(change_url(found[key]), str(found[key])) for key in link.used_by if key in found]


@admin.register(CheckedLink)
class CheckedLinkAdmin(admin.ModelAdmin):
    """Links are found by night; their page in the admin is where they are replaced everywhere."""

    list_display = ["link", "sentence", "where", "since"]
    list_filter = [BrokenFilter]
    search_fields = ["url"]
    list_per_page = 50
    has_add_permission = has_change_permission = has_delete_permission = never

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Add to each row where the link stands, with one query for each model."""
        changelist = super().get_changelist_instance(request)
        found = contents_of(changelist.result_list)
        for link in changelist.result_list:
            link.name, link.places = name_of(link, found), places_of(link, found)
        return changelist

    def may_replace(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["quality.change_checkedlink", "editing.publish"])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What is wrong with a link, where it stands, and a form to replace it."""
        if not self.has_view_permission(request) or (request.method == "POST" and not self.may_replace(request)):
            raise PermissionDenied
        link = self.get_object(request, unquote(object_id))
        if link is None:
            messages.info(request, _("The link is no longer used."))
            return redirect("admin:quality_checkedlink_changelist")
        form = ReplaceForm(request.POST if request.method == "POST" else None, link=link)
        if form.is_bound and form.is_valid() and self.replace(request, link, form):
            return redirect("admin:quality_checkedlink_changelist")
        found = contents_of([link])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Replace a link"),
            "link": link,
            "name": name_of(link, found),
            "places": places_of(link, found),
            "form": form if self.may_replace(request) else None,
            "has_change_permission": False,
        }
        return render(request, "admin/quality/replace.html", context)

    def replace(self, request: HttpRequest, link: CheckedLink, form: ReplaceForm) -> bool:
        """Replace the link everywhere, or say in the form why that cannot be."""
        try:
            saved = replace_everywhere(request.user, link.url, form.cleaned_data["new"])
        except ValidationError as error:
            form.add_error("new", error)
            return False
        link.delete()
        message = ngettext(
            "The link has been replaced in one place.", "The link has been replaced in %(n)d places.", len(saved)
        )
        undo = _("To undo this, choose History on the page.")
        messages.success(request, f"{message % {'n': len(saved)}} {undo}")
        return True

    @admin.display(description=_("link"), ordering="url")
    def link(self, link: Any) -> str:
        return str(link.name)

    @admin.display(description=_("what is wrong"), ordering="problem")
    def sentence(self, link: CheckedLink) -> str:
        return link.get_problem_display()

    @admin.display(description=_("broken since"), ordering="failed_since")
    def since(self, link: CheckedLink) -> str:
        return date_format(timezone.localtime(link.failed_since), "SHORT_DATE_FORMAT") if link.failed_since else ""

    @admin.display(description=_("used on"))
    def where(self, link: Any) -> str:
        return format_html_join(", ", '<a href="{}">{}</a>', link.places)


@admin.register(Spelling)
class SpellingAdmin(SeenAdmin):
    """How the city spells what others spell differently."""

    list_display = ["wrong", "right"]
    search_fields = ["wrong", "right"]
    fields = ["wrong", "right"]
