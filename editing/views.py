"""Views beside the admin's forms: previews, and who else has a form open."""

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from editing.forms import is_key
from editing.models import Preview, register_presence
from editing.sharing import permission
from publishing.templatetags.site import absolute

SHARED_FOR = timedelta(days=7)


def admin_of(preview: Preview) -> Any:
    """The admin class that the previewed form belongs to."""
    return admin.site.get_model_admin(apps.get_model(preview.model))


def answer_page(preview: Preview, language: str) -> HttpResponse:
    """The public page of a preview in a language, marked as nothing to store or to index."""
    if language not in preview.pages:
        raise Http404
    response = HttpResponse(preview.pages[language])
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def own_preview(request: HttpRequest, key: str) -> Preview:
    """A preview that has not expired, for a user who may change what it shows."""
    preview = get_object_or_404(Preview.objects.filter(expires_at__gt=timezone.now()), key=key)
    if not admin_of(preview).has_change_permission(request):
        raise PermissionDenied
    return preview


def nothing_here(request: HttpRequest, unused: str) -> HttpResponse:
    """Instead of an address of Django's admin that we do not use."""
    raise Http404


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The frame around a previewed page: its language, how wide, and a link for a colleague."""
    preview = own_preview(request, key)
    language = request.GET.get("language", settings.LANGUAGE_CODE)
    if language not in preview.pages:
        raise Http404
    context = {
        "preview": preview,
        "language": language,
        "languages": settings.LANGUAGES,
        "phone": request.GET.get("width") == "phone",
        "link": absolute(reverse("shared_preview", args=[preview.key, language])) if preview.is_shared else "",
    }
    return admin_of(preview).page(request, "editing/preview.html", _("Preview"), **context)


@require_safe
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def preview_page(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """The previewed page itself, which only the frame of this site may hold."""
    return answer_page(own_preview(request, key), language)


@require_POST
def share(request: HttpRequest, key: str) -> HttpResponse:
    """Share a preview by link for a week, or revoke the link. `next` is where to go after revoking."""
    preview = own_preview(request, key)
    is_shared = "revoke" not in request.POST
    expires_at = timezone.now() + (SHARED_FOR if is_shared else timedelta(days=1))
    Preview.objects.filter(pk=preview.pk).update(is_shared=is_shared, expires_at=expires_at)
    if not is_shared:
        messages.success(request, _("The link no longer works."))
    if url_has_allowed_host_and_scheme(back := request.POST.get("next", ""), allowed_hosts=None):
        return redirect(back)
    return redirect(f"{reverse('editing:preview', args=[key])}?{request.GET.urlencode()}")


@require_safe
@csp_replace({"frame-ancestors": [NONE], "form-action": [NONE]})  # type: ignore[arg-type]
def shared(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """A previewed page for a colleague who has its link and no account. It holds no more than its maker may see."""
    found = Preview.objects.filter(expires_at__gt=timezone.now(), is_shared=True, user__is_active=True)
    preview = get_object_or_404(found.select_related("user"), key=key)
    if not preview.user.has_perm(permission(preview)):
        raise Http404
    return answer_page(preview, language)


@require_POST
def heartbeat(request: HttpRequest) -> HttpResponse:
    """Note that a form is open and answer with who else has it open."""
    key = request.POST.get("object_id", "")
    try:
        model_admin = admin.site.get_model_admin(apps.get_model(request.POST.get("model", "")))
    except (LookupError, ValueError, NotRegistered) as error:
        raise Http404 from error
    if not is_key(key):
        raise Http404
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    return JsonResponse({"others": register_presence(model_admin.model(pk=int(key)), request.user)})
