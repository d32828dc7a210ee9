from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accessibility.models import Shortcoming, Statement
from editing.admin import PUBLISHING_FIELDSET, PartInline, PublishableAdmin


class ShortcomingFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """Checks that the conformance level agrees with the listed shortcomings."""
        super().clean()
        kinds = {
            form.cleaned_data.get("kind")
            for form in self.forms
            if form.cleaned_data.get("what_sv") and not form.cleaned_data.get("DELETE")
        }
        faults = bool(kinds & {Shortcoming.Kind.FAULT, Shortcoming.Kind.BURDEN})
        if faults and self.instance.conformance == Statement.Conformance.FULL:
            raise ValidationError(
                _("Du har valt ”helt förenlig” men listar brister. Välj ”delvis förenlig” i stället.")
            )
        if not faults and self.instance.conformance == Statement.Conformance.PARTIAL:
            raise ValidationError(_("Du har valt ”delvis förenlig”. Beskriv då minst en brist."))


class ShortcomingInline(PartInline):
    model = Shortcoming
    formset = ShortcomingFormSet
    fields = [("kind", "situation", "criterion"), "what", "why", "remedy", "position"]


@admin.register(Statement)
class StatementAdmin(PublishableAdmin):
    list_display = ["listed_name", "conformance", "assessed_on", "revised_on"]
    inlines = [ShortcomingInline]
    kept_parts = ("shortcomings",)
    fieldsets = [
        (_("Bedömning"), {"fields": ["conformance", "assessed_on", "revised_on", "launched_on", "method", "standard"]}),
        (_("Text"), {"fields": ["title", "summary", "body_name", "service", "method_text", "alternative", "contact"]}),
        (_("Tillsyn"), {"fields": ["authority_name", "authority_link"]}),
        PUBLISHING_FIELDSET,
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A site has one."""
        return bool(super().has_add_permission(request) and not Statement.objects.exists())
