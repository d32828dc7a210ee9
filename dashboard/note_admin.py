"""The admin of notes ("Att reda ut")."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dashboard.models import Note
from dashboard.notes import choices, items_of
from editing.deletion import change_url
from editing.locking import SeenAdmin, SeenForm


class NoteForm(SeenForm):
    # A choice among all pages instead of their keys.
    page = forms.ChoiceField(label=_("About"), choices=choices)
    resolved = forms.BooleanField(
        label=_("Resolved"), required=False, help_text=_("Tick when you have learnt the answer and corrected the page.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "resolved" in self.fields:
            self.fields["resolved"].initial = bool(self.instance.resolved_at)
        page = self.fields.get("page")
        if page and self.instance.pk and items_of([self.instance]) == [None]:
            gone = (self.instance.page, _("A page that has been deleted"))
            page.choices = [gone, *page.choices]  # type: ignore[attr-defined]

    def held(self, obj: Note, name: str) -> Any:
        return bool(obj.resolved_at) if name == "resolved" else super().held(obj, name)

    def told(self, obj: Note, name: str) -> str:
        """The page by its name, and whether it is resolved in words."""
        if name == "resolved":
            return str(_("resolved") if obj.resolved_at else _("unresolved"))
        return str(items_of([obj])[0]) if name == "page" else super().told(obj, name)


class ResolvedFilter(admin.SimpleListFilter):
    """Those that are not resolved, unless one asks for others."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("resolved", _("Resolved ones")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": _("To find out")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Note]) -> QuerySet[Note]:
        if self.value() == "all":
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() != "resolved")


@admin.register(Note)
class NoteAdmin(SeenAdmin):
    form = NoteForm
    list_display = ["short", "page_name", "written"]
    list_filter = [ResolvedFilter]
    sortable_by = ["written"]
    search_fields = ["text", "source"]
    readonly_fields = ["created_at", "resolved_at", "resolved_by"]
    actions = ["mark_resolved"]
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 6})}}

    class Media:
        css = {"all": ["admin_site/form.css"]}

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Add its object to each row, with one query for each model."""
        changelist = super().get_changelist_instance(request)
        for note, item in zip(changelist.result_list, items_of(changelist.result_list), strict=True):
            note.item = item
        return changelist

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        told = [name for name in self.readonly_fields if obj and getattr(obj, name)]
        return ["page", "text", "source", *(["resolved"] if obj else []), *told]

    def save_model(self, request: HttpRequest, obj: Note, form: Any, change: bool) -> None:
        if form.cleaned_data.get("resolved"):
            obj.resolve(request.user)
        else:
            obj.resolved_at = obj.resolved_by = None
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: Note) -> HttpResponseRedirect:
        """Back to the form of the object that the note is on."""
        item = items_of([obj])[0]
        return redirect(change_url(item)) if item else super().response_post_save_add(request, obj)

    @admin.action(description=_("Mark as resolved"), permissions=["change"])
    def mark_resolved(self, request: HttpRequest, queryset: QuerySet[Note]) -> None:
        notes = list(queryset.filter(resolved_at=None))
        for note in notes:
            note.resolve(request.user)
            note.save()
            self.log_change(request, note, str(_("Marked as resolved.")))
        done = ngettext("%d note has been resolved.", "%d notes have been resolved.", len(notes)) % len(notes)
        messages.success(request, done)

    @admin.display(description=_("about"))
    def page_name(self, note: Any) -> str:
        return str(note.item or _("A page that has been deleted"))

    @admin.display(description=_("to find out"))
    def short(self, note: Note) -> str:
        return Truncator(note.text).chars(110)

    @admin.display(description=_("written at"), ordering="created_at")
    def written(self, note: Note) -> str:
        return date_format(timezone.localtime(note.created_at), "SHORT_DATE_FORMAT")
