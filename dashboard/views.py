"""The button "Stämmer fortfarande" on the admin's first page."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pages.redirects import items


@require_POST
def mark_reviewed(request: HttpRequest, key: str) -> HttpResponse:
    """Mark a page as reviewed today. Nothing changes for readers, "Senast uppdaterad" included."""
    page = items([key]).get(key)
    if page is None:
        raise Http404
    model_admin: Any = admin.site.get_model_admin(type(page))
    if not (model_admin.has_publish_permission(request) and model_admin.has_change_permission(request, page)):
        raise PermissionDenied
    with model_admin.new_revision(request, _("Still correct")):
        page = get_object_or_404(type(page)._base_manager.select_for_update(), pk=page.pk)
        page.reviewed_at = timezone.localdate()
        page.save(update_fields=["reviewed_at"])
    messages.success(request, _("“%s” has been reviewed today. You will be asked again in a year.") % page.heading)
    return redirect("admin:index")
