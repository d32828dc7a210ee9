from copy import copy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from editing.locking import SeenAdmin, SeenForm
from feedback import charts, exports, report
from feedback.models import Answer, Purge, Retention
from feedback.retention import count_purgeable
from publishing.dates import months_later
from publishing.permissions import never
from publishing.sorting import sort_key


class StatusFilter(admin.SimpleListFilter):
    """New answers by default: the inbox lists what is left to do."""

    title = _("state")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("handled", _("handled ones")), ("archived", _("archived ones")), ("all", _("all"))]

    def choices(self, changelist: ChangeList) -> Any:
        first, *others = super().choices(changelist)
        return [first | {"display": _("new ones")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "all":
                return queryset
            case "handled" | "archived" as status:
                return queryset.filter(status=status)
        return queryset.filter(status=Answer.Status.NEW)


class PageFilter(admin.SimpleListFilter):
    """The pages that were answered in the last year. Any other page's key works too."""

    title = _("page")
    parameter_name = "page"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return sorted(report.titles(report.start_of(52)).items(), key=lambda pair: sort_key(pair[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(page=self.value()) if self.value() else queryset


def marking(status: Answer.Status, description: Any, many: Any) -> Any:
    """An action that gives answers a state; `many` is that state of several."""

    @admin.action(description=description, permissions=["change"])
    def mark(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
        number = queryset.update(status=status)
        message = ngettext("%(number)d answer is now %(status)s.", "%(number)d answers are now %(statuses)s.", number)
        values = {"number": number, "status": status.label, "statuses": many}
        model_admin.message_user(request, message % values, messages.SUCCESS)

    return mark


@admin.register(Answer)
class AnswerAdmin(SeenAdmin):
    """The inbox: answers to read, annotate and file. None is changed or deleted. And the report on the pages."""

    list_display = ["page_title", "answered", "said", "language_code", "answered_at", "status"]
    list_filter = [StatusFilter, "helped", "reason", "language", "created_at", PageFilter]
    search_fields = ["comment", "page_title"]
    sortable_by = ["answered_at"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    has_add_permission = has_delete_permission = never
    actions = ["mark_handled", "mark_archived", "mark_new", "disclose"]
    readonly_fields = [
        "about", "language", "created_at", "revision", "helped", "reason", "comment", "repeats",
    ]  # fmt: skip
    fields = [*readonly_fields, "status", "note"]

    class Media:
        css = {"all": ["admin_site/report.css"]}

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Search each word in any case, as SQLite folds no Å, Ä, Ö. At most ten words."""
        for word in search_term.split()[:10]:
            found = Q()
            for written in {word, word.lower(), word.upper(), word.capitalize()}:
                found |= Q(comment__icontains=written) | Q(page_title__icontains=written)
            queryset = queryset.filter(found)
        return queryset, False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Answers from readers"), **(extra_context or {})})

    @admin.display(description=_("page"))
    def about(self, answer: Answer) -> str:
        """The page's heading when it was answered, with a link to its form."""
        label, _colon, pk = answer.page.partition(":")
        try:
            url = reverse(f"admin:{label.replace('.', '_')}_change", args=[pk])
        except NoReverseMatch:  # the model has been removed
            return answer.page_title
        return format_html('<a href="{}">{}</a>', url, answer.page_title)

    @admin.display(description=_("helped"))
    def answered(self, answer: Answer) -> str:
        return f"{answer.get_helped_display()} – {answer.get_reason_display()}".removesuffix(" – ")

    @admin.display(description=_("language"))
    def language_code(self, answer: Answer) -> str:
        return answer.language

    @admin.display(description=_("answered at"), ordering="created_at")
    def answered_at(self, answer: Answer) -> str:
        return f"{timezone.localtime(answer.created_at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("comment"), empty_value="")
    def said(self, answer: Answer) -> str:
        short = Truncator(answer.comment).chars(80)
        return f"{short} (+{answer.repeats})" if answer.repeats else short

    mark_handled = marking(Answer.Status.HANDLED, _("Mark as handled"), _("handled ones"))
    mark_archived = marking(Answer.Status.ARCHIVED, _("Archive"), _("archived ones"))
    mark_new = marking(Answer.Status.NEW, _("Mark as new"), _("new ones"))

    @admin.action(description=_("Disclose (text file)"), permissions=["view"])
    def disclose(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return download(queryset, "txt")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("fil/<str:kind>/", view(self.export_view), name="feedback_export"),
            path("rapport/", view(self.report_view), name="feedback_report"),
            path("rapport/<str:page>/", view(self.page_report_view), name="feedback_page_report"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The answers that the inbox would list with the same filters, all of them, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            answers = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect("admin:feedback_answer_changelist")
        if kind not in {"csv", "xlsx"}:
            raise Http404
        return download(answers, kind)

    def report_view(self, request: HttpRequest) -> HttpResponse:
        """Every page that was answered, those first that need most to be looked at."""
        weeks, since = self.chosen_period(request)
        pages = Paginator(report.reports(since), 20).get_page(request.GET.get("p"))
        report.add_weeks(pages.object_list)
        context = {
            "title": _("What readers think"),
            "pages": pages,
            "reports": [(item, charts.of_page(item, 280, 140)) for item in pages],
        }
        return self.render_report(request, "admin/feedback/report.html", weeks, context)

    def page_report_view(self, request: HttpRequest, page: str) -> HttpResponse:
        """All charts of one page, larger, and its answers by language."""
        weeks, since = self.chosen_period(request)
        found = report.reports(since, page)
        if not found and weeks == max(report.PERIODS):
            raise Http404
        if not found:
            return redirect(f"{request.path}?weeks={max(report.PERIODS)}")
        report.add_weeks(found)
        languages = [
            (dict(Answer._meta.get_field("language").flatchoices)[code], counts)
            for code, counts in sorted(report.by_language(found[0], since).items())
        ]
        context = {
            "title": found[0].title,
            "report": found[0],
            "charts": charts.of_page(found[0], 440, 220),
            "languages": charts.shares(languages, 440),
        }
        return self.render_report(request, "admin/feedback/page_report.html", weeks, context)

    def chosen_period(self, request: HttpRequest) -> tuple[int, Any]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = request.GET.get("weeks", "")
        weeks = next((weeks for weeks in report.PERIODS if str(weeks) == chosen), report.CHARTED)
        return weeks, report.start_of(weeks)

    def render_report(self, request: HttpRequest, template: str, weeks: int, context: dict[str, Any]) -> HttpResponse:
        shared = {"opts": self.opts, "weeks": weeks, "periods": report.PERIODS, "media": self.media}
        return render(request, template, self.admin_site.each_context(request) | shared | context)


def download(answers: QuerySet[Answer], ending: str) -> HttpResponse:
    """Have the browser keep the answers as a file, under the name of the day."""
    write, content_type = exports.FILES[ending]
    name = f"svar-{timezone.localdate():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(write(answers), content_type, headers=headers)


class RetentionForm(SeenForm):
    """Asks before a time that is shorter than the stored one is saved. To confirm is to save the same number again."""

    asked_months = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any] | None:
        asked = self.cleaned_data.pop("asked_months", None)
        cleaned = super().clean()
        months, begins = self.cleaned_data.get("months"), timezone.localtime() + Retention.DELAY
        if self.errors or not months or months == asked:
            return cleaned
        if Retention(pk=self.instance.pk, months=months).needs_delay(timezone.now()):
            number = count_purgeable(months_later(begins, -months))
            message = _(
                "The text of %(number)d answers and problems is deleted when this applies, from %(begins)s, "
                "and pictures that have not been shown for as long. Save again if that is right."
            )
            self.add_error("months", message % {"number": number, "begins": f"{begins:%Y-%m-%d %H:%M}"})
            data: Any = copy(self.data)
            data["asked_months"] = str(months)
            self.data = data
        return cleaned


@admin.register(Retention)
class RetentionAdmin(SeenAdmin):
    """The one decision on how long answers are kept."""

    form = RetentionForm
    list_display = ["reference", "decided_on", "months", "effective_at"]
    fields = ["reference", "decided_on", "months", "asked_months", "effective_at"]
    readonly_fields = ["effective_at"]
    has_delete_permission = never

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """At least a month, at most fifty years: a slip must not delete everything tonight."""
        if db_field.name == "months":
            kwargs |= {"min_value": 1, "max_value": 600}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Retention.objects.exists()


@admin.register(Purge)
class PurgeAdmin(admin.ModelAdmin):
    """The record of what the nightly command has deleted. Read-only."""

    list_display = ["ran_at", "answers", "older_than", "reference"]
    has_add_permission = has_change_permission = has_delete_permission = never
