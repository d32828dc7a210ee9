import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from editing.admin import IMAGE_FIELDSET, PUBLISHING_FIELDSET, YEARS, ContentAdmin, PartInline, PublishableAdmin, panel
from publishing.dates import year_or_date
from twinning.models import Exchange, Partnership, Town
from twinning.relations import Relation


class PartnershipForm(forms.ModelForm):
    """An agreement seen from one of its towns: only the other one is chosen."""

    # Django's inline looks for a field of the foreign key's name; this one is never read.
    town_a = forms.Field(required=False, disabled=True, widget=forms.HiddenInput)
    partner: Any = forms.ModelChoiceField(label=_("Works with"), queryset=Town.objects.none())

    def __init__(self, *args: Any, town: Town, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.town = town
        self.fields["partner"].queryset = Town.objects.exclude(pk=town.pk)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["partner"] = self.instance.other(town).pk

    def save(self, commit: bool = True) -> Partnership:
        # Not before: the town of a new form has no number until it has been saved.
        self.instance.town_a, self.instance.town_b = self.town, self.cleaned_data["partner"]
        return super().save(commit)


class PartnershipFormSet(BaseModelFormSet):
    """All agreements of a town, on either side of which it may stand: Django's inline formset knows one foreign key."""

    def __init__(self, data: Any = None, files: Any = None, instance: Town | None = None, **kwargs: Any) -> None:
        self.instance = instance or Town()
        mine = Partnership.objects.of(self.instance) if self.instance.pk else Partnership.objects.none()
        kwargs["queryset"] = mine.select_related("town_a", "town_b").home_first()
        kwargs.pop("save_as_new", None)
        super().__init__(data, files, **kwargs)

    @classmethod
    def get_default_prefix(cls) -> str:
        return "partnerships"

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "town": self.instance}

    def clean(self) -> None:
        """Two towns have one agreement in force. Ending the old one and adding the new in one go is fine."""
        super().clean()
        seen = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            partner = data.get("partner")
            if data.get("DELETE") or data.get("until") or not partner:
                continue
            if partner in seen:
                message = _("%(town)s already has an agreement in force. Fill in when it ended, or remove this one.")
                form.add_error("partner", ValidationError(message, params={"town": partner}, code="open"))
            seen.add(partner)


class PartnershipInline(PartInline):
    model = Partnership
    form = PartnershipForm
    formset = PartnershipFormSet  # type: ignore[assignment]  # the admin takes any BaseModelFormSet (admin.E206)
    fk_name = "town_a"
    fields = [("partner", "kind"), ("since", "until"), "note", ("decision", "source"), "source_url"]


class RelationFilter(admin.SimpleListFilter):
    title = _("relation to the home town")
    parameter_name = "relation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Relation.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(relation=self.value()) if self.value() in Relation.values else queryset


@admin.register(Town)
class TownAdmin(PublishableAdmin):
    list_display = ["listed_name", "relation", "country", "status", "updated"]
    list_filter = [*PublishableAdmin.list_filter, RelationFilter, ("image", admin.EmptyFieldListFilter)]
    search_fields = ["name", "short_name", "other_names"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [PartnershipInline]
    history_keeps = (*PublishableAdmin.history_keeps, "home")
    fieldsets = [
        (_("Text"), {"fields": ["name", "short_name", "introduction", "body", "other_names"]}),
        IMAGE_FIELDSET,
        (_("On the map"), {"fields": ["country", "latitude", "longitude"]}),
        panel(_("Links and contact"), "website", "association_name", "association_website", "contact"),
        PUBLISHING_FIELDSET,
        panel(_("Seldom changed"), "home"),
    ]

    class Media:
        js = ["admin_site/place.js"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The coordinates with the map of place.js, where a click fills them in."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "latitude" and field:
            field.widget.attrs |= {
                "data-map": static("site/europe.svg"),
                "data-centre": json.dumps(settings.CITY["map_centre"]),
                "data-map-help": _("Click where the town lies. The map comes closer, and you can click again."),
                "data-map-whole": _("Show the whole map"),
            }
        return field

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).with_relation()  # type: ignore[attr-defined]

    def parts_of(self, obj: Town) -> list[Any]:
        return [*super().parts_of(obj), *Partnership.objects.of(obj).order_by("pk")]

    @admin.display(description=_("relation to the home town"), ordering="relation")
    def relation(self, obj: Town) -> Any:
        return Relation(obj.relation).label


@admin.register(Partnership)
class PartnershipAdmin(ContentAdmin):
    list_display = ["__str__", "kind", "begins", "ends", "decision"]
    list_filter = ["kind", ("until", admin.EmptyFieldListFilter)]
    list_select_related = ["town_a", "town_b"]
    search_fields = ["town_a__name", "town_b__name", "decision"]
    sort_keys = ("town_a__sort_key", "town_b__sort_key")
    autocomplete_fields = ["town_a", "town_b"]
    fieldsets = [
        (_("Between which"), {"fields": ["town_a", "town_b", "kind"]}),
        (_("When"), {"fields": ["since", "until"]}),
        (_("Supporting documents"), {"fields": ["decision", "source", "source_url", "note", "minor_change"]}),
    ]

    @admin.display(description=_("from"), ordering="since")
    def begins(self, obj: Partnership) -> str:
        return year_or_date(obj.since)

    @admin.display(description=_("ended"), ordering="until")
    def ends(self, obj: Partnership) -> str:
        return year_or_date(obj.until)

    def preview_address(self, obj: Partnership) -> str:
        return reverse("twin_towns")


@admin.register(Exchange)
class ExchangeAdmin(ContentAdmin):
    history_keeps = ("position",)
    list_display = ["name", "started", "ended", "position", "updated"]
    sortable_by = ["started", "ended", "position", "updated"]
    list_filter = ["towns", "focus_areas"]
    search_fields = ["name", "summary"]
    autocomplete_fields = ["towns", "focus_areas"]
    fieldsets = [
        (_("Text"), {"fields": ["name", "summary", "body", "website"]}),
        IMAGE_FIELDSET,
        (_("Who and what"), {"fields": ["towns", "focus_areas"]}),
        (
            _("Take part"),
            {
                "fields": [("for_schools", "for_associations", "for_residents"), *Exchange.TERMS, "contact"],
                "description": _("Only what you fill in is shown."),
            },
        ),
        YEARS,
    ]

    def preview_address(self, obj: Exchange) -> str:
        """Its own page; else that of a town, as not every exchange is among those one can take part in."""
        town = obj.towns.published().filter(home=False).first()  # type: ignore[attr-defined]
        return town.get_absolute_url() if town and not obj.has_page else obj.get_absolute_url()
