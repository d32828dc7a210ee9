"""The report "Så tycker läsarna" in the admin."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from feedback import charts, report
from feedback.models import Answer


class ReportViews(admin.ModelAdmin):
    """The report of all pages, and of one page."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("rapport/", view(self.report_view), name="feedback_report"),
            path("rapport/<str:page>/", view(self.page_report_view), name="feedback_page_report"),
            *super().get_urls(),
        ]

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
