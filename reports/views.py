"""The printable pages and the archive package in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.card import may
from dashboard.menu import Entry
from networks.models import Network
from publishing.city import names
from reports.archive import ArchiveError, make
from reports.handover import handing_over
from reports.section import Section
from reports.year import year_in_brief, years

PUBLISHER = "editing.publish"  # the coordinator and the administrator


def menu_entries(user: Any) -> list[Entry]:
    """The pages that a user may open."""
    entries = []
    if may(user, "view", Network):
        entries += [
            Entry(_("The year in brief"), reverse("reports:year")),
            Entry(_("Hand over"), reverse("reports:handover")),
        ]
    if user.has_perm(PUBLISHER):
        entries.append(Entry(_("Archive package"), reverse("reports:archive")))
    return entries


def show(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    shared = {"title": title, "today": timezone.localdate()}
    return render(request, template, admin.site.each_context(request) | shared | context)


def required(sections: list[Section]) -> list[Section]:
    """Return the sections of a page. Raises PermissionDenied if there are none."""
    if not sections:
        raise PermissionDenied
    return sections


@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """The year in brief. An unknown year is the current one."""
    current, *earlier = years()
    chosen = next((year for year in earlier if str(year) == request.GET.get("year")), current)
    sections = required(year_in_brief(request.user, chosen))
    title = _("The year in brief %d") % chosen
    return show(request, "reports/year.html", title, sections=sections, chosen=chosen, years=[current, *earlier])


@require_safe
def handover(request: HttpRequest) -> HttpResponse:
    return show(request, "reports/handover.html", _("Hand over"), sections=required(handing_over(request.user)))


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest) -> HttpResponseBase:
    """What the package holds, and a button that makes it."""
    if not request.user.has_perm(PUBLISHER):
        raise PermissionDenied
    if request.method == "POST":
        try:
            made = make()
        except ArchiveError as error:
            messages.error(request, str(error))
        else:
            name = f"{slugify(names()['site'])}-{timezone.localdate()}.zip"
            return FileResponse(made, as_attachment=True, filename=name, content_type="application/zip")
    return show(request, "reports/archive.html", _("Archive package"))
