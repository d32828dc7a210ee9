"""The button "Stämmer fortfarande" on the admin's first page."""

import reversion
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dashboard.cards import may
from pages.redirects import items


@require_POST
def mark_reviewed(request: HttpRequest, key: str) -> HttpResponse:
    """Mark a page as reviewed today. Nothing changes for readers, "Senast uppdaterad" included."""
    page = items([key]).get(key)
    if page is None:
        raise Http404
    if not (request.user.has_perm("editing.publish") and may(request.user, "change", page)):
        raise PermissionDenied
    with reversion.create_revision():
        reversion.set_user(request.user)
        reversion.set_comment(_("Still correct"))
        page = get_object_or_404(type(page)._base_manager.select_for_update(), pk=page.pk)
        page.reviewed_at = timezone.localdate()
        page.save(update_fields=["reviewed_at"])
    messages.success(request, _("“%s” has been reviewed today. You will be asked again in a year.") % page.heading)
    return redirect("admin:index")
