"""What every form and list of the admin shares: languages, pictures, dates, publishing."""

from contextlib import suppress
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminFileWidget, AdminTextareaWidget
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from js_asset import Media
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from publishing.images import PictureField
from publishing.models import Publishable
from publishing.sorting import sort_key

# The one style sheet that the editor (ProseMirror) puts into the page by itself.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
PUBLISHING_FIELDSET: Any = (
    _("Publicering"),
    {"fields": ["published_at", "unpublished_at", "minor_change", "slug", "position", "reviewed_at"]},
)
IMAGE_FIELDSET: Any = (_("Bild"), {"fields": ["image", "image_alt", "image_decorative"]})


class PictureWidget(AdminFileWidget):
    """A file field that shows the picture it holds."""

    template_name = "publishing/picture_widget.html"


class MinuteInput(forms.DateTimeInput):
    """The browser's own picker of day and minute: one labelled field where the admin has two without."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        limits = {"min": "1800-01-01T00:00", "max": "2199-12-31T23:59"}
        super().__init__(limits | (attrs or {}), format="%Y-%m-%dT%H:%M")


class ContentForm(forms.ModelForm):
    """Any content's form, with the choice not to move "Senast uppdaterad"."""

    minor_change = forms.BooleanField(
        label=_("Mindre ändring"),
        required=False,
        help_text=_("Kryssa i om du bara rättar till exempel ett stavfel. Då ändras inte ”Senast uppdaterad”."),
    )

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.instance.minor_change = self.cleaned_data.get("minor_change", False)


class FriendlyFields:
    """Form fields that take what a person would type, in forms and inlines alike."""

    formfield_overrides: Any = {
        PictureField: {"widget": PictureWidget},
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MinuteInput},
    }

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"  # for one who types sern.eu
        if isinstance(db_field, models.FloatField):
            kwargs["localize"] = True  # 57,6554 as well as 57.6554
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if type(db_field) is models.DateField:
            # Of many agreements only the year is known.
            cast(forms.DateField, field).input_formats = [*get_format("DATE_INPUT_FORMATS"), "%Y"]
        return field


class PartInline(FriendlyFields, TranslationStackedInline):
    """Parts of a content, edited on its form."""

    extra = 0


class ContentAdmin(FriendlyFields, TranslationAdmin):
    """A form in eight languages, of which one is shown at a time."""

    form = ContentForm
    save_on_top = True

    class Media:
        css = {"all": ["admin_site/form.css"]}
        js = ["admin_site/languages.js", "admin_site/names.js"]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        # The editor's import map is an inline script: the only one that needs the nonce of our CSP.
        context["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))  # type: ignore[attr-defined]
        response = super().render_change_form(request, context, *args, **kwargs)
        response._csp_update = {"style-src": [EDITOR_STYLE]}  # type: ignore[attr-defined]
        return response

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting in bulk: what was published is a public record, and is unpublished instead."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for part in formset.forms:
            part.instance.minor_change = form.instance.minor_change
        super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Changed lists date the object they belong to; changed parts date the object whose form they are on."""
        super().save_related(request, form, formsets, change)
        if not change or form.instance.minor_change:
            return
        parts = [part for formset in formsets for part in formset.forms if part.instance.pk]
        for changed in [form, *parts]:
            if {field.name for field in changed.instance._meta.many_to_many} & set(changed.changed_data):
                changed.instance.touch()
        if any(formset.has_changed() for formset in formsets):
            form.instance.touch()


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("public", _("Publicerad")), ("planned", _("Schemalagd")), ("hidden", _("Inte publicerad"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        planned = Q(published_at__gt=timezone.now())
        match self.value():
            case "public":
                return queryset.published()
            case "planned":
                return queryset.filter(planned)
            case "hidden":
                return queryset.exclude(planned).exclude(pk__in=queryset.published().values("pk"))
        return queryset


class PublishableAdmin(ContentAdmin):
    """Content with an address: when it is public, and a link to see it as readers do."""

    actions = ["publish_now", "unpublish_now"]
    list_filter = [StatusFilter]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Also find names however their letters are written: "ricany" finds Říčany, "ÖREBRO" finds Örebro."""
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if search_term:
            found = found | queryset.filter(sort_key__contains=sort_key(search_term))
        return found, may_have_duplicates

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        original = context["original"]
        context["show_publish"] = self.has_change_permission(request) and not (original and original.is_published)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj) and not (obj and obj.must_stay))

    def save_model(self, request: HttpRequest, obj: Publishable, form: forms.ModelForm, change: bool) -> None:
        if "_publish" in request.POST:
            obj.publish()
        super().save_model(request, obj, form, change)

    def view_on_site(self, obj: Publishable) -> str | None:
        """The page's address; none while readers cannot see it either."""
        with suppress(NoReverseMatch):  # a refused form shows what was typed, an impossible address too
            return cast(str, obj.get_absolute_url()) if obj.is_published else None  # type: ignore[attr-defined]
        return None

    @admin.display(description=_("status"))
    def status(self, obj: Publishable) -> Any:
        if obj.is_published:
            return _("Publicerad")
        return _("Schemalagd") if obj.published_at and obj.published_at > timezone.now() else _("Inte publicerad")

    @admin.action(description=_("Publicera nu"), permissions=["change"])
    def publish_now(self, request: HttpRequest, queryset: QuerySet) -> None:
        for item in queryset:
            if not item.is_published:
                item.publish()
                item.save()
        message = ngettext("%d sida är nu publicerad.", "%d sidor är nu publicerade.", len(queryset))
        self.message_user(request, message % len(queryset))

    @admin.action(description=_("Avpublicera nu"), permissions=["change"])
    def unpublish_now(self, request: HttpRequest, queryset: QuerySet) -> None:
        for item in queryset:
            if item.must_stay:
                self.message_user(request, _("”%s” kan inte avpubliceras.") % item, messages.WARNING)
        queryset = queryset.exclude(pk__in=[item.pk for item in queryset if item.must_stay])
        for item in queryset:
            item.published_at = None
            item.save()
        message = ngettext("%d sida är avpublicerad.", "%d sidor är avpublicerade.", len(queryset))
        self.message_user(request, message % len(queryset))
