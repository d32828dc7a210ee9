from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accessibility.models import Report, Shortcoming, Statement
from editing.admin import PUBLISHING_FIELDSET, PartInline, PublishableAdmin
from editing.locking import SeenAdmin
from publishing.permissions import never


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
                _("You have chosen “fully compliant” but list shortcomings. Choose “partly compliant” instead.")
            )
        if not faults and self.instance.conformance == Statement.Conformance.PARTIAL:
            raise ValidationError(_("You have chosen “partly compliant”. Describe at least one shortcoming."))


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
        (
            _("Assessment"),
            {"fields": ["conformance", "assessed_on", "revised_on", "launched_on", "method", "standard"]},
        ),
        (_("Text"), {"fields": ["title", "summary", "body_name", "service", "method_text", "alternative", "contact"]}),
        (_("Supervision"), {"fields": ["authority_name", "authority_link"]}),
        PUBLISHING_FIELDSET,
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A site has one."""
        return bool(super().has_add_permission(request) and not Statement.objects.exists())


@admin.register(Report)
class ReportAdmin(SeenAdmin):
    """The reports, to read, annotate and mark as handled. None is added or deleted: nightly empties the old ones."""

    list_display = ["reported_at", "page", "short", "language", "status"]
    list_filter = ["status", "language"]
    ordering = ["-status", "-created_at", "-id"]  # "new" before "handled"
    sortable_by = ()
    list_per_page = 50
    has_add_permission = has_delete_permission = never
    readonly_fields = ["reported_at", "page", "problem", "answer_to", "language", "handled_at"]
    fields = [*readonly_fields, "status", "note"]

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        if obj.status == Report.Status.NEW:
            obj.handled_at = None
        elif not obj.handled_at:
            obj.handled_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("reported at"))
    def reported_at(self, report: Report) -> str:
        return str(report)

    @admin.display(description=_("problem"), empty_value="")
    def short(self, report: Report) -> str:
        return Truncator(report.problem).chars(80)

    @admin.display(description=_("reply to"))
    def answer_to(self, report: Report) -> str:
        return format_html('<a href="mailto:{0}">{0}</a>', report.reply_to) if "@" in report.reply_to else "–"
