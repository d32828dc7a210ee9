"""What stands beside the admin's forms: previews, and word of who else is at a form."""

from datetime import timedelta

from csp.constants import NONE, SELF
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from editing.models import Preview
from editing.presence import register_presence
from editing.preview import admin_of, answer_page
from publishing.templatetags.site import absolute

LANGUAGES = dict(settings.LANGUAGES)
SHARED_FOR = timedelta(days=7)


def own_preview(request: HttpRequest, key: str) -> Preview:
    """A preview that has not expired, for one who may change what it shows."""
    preview = get_object_or_404(Preview.objects.filter(expires_at__gt=timezone.now()), key=key)
    if not admin_of(preview).has_change_permission(request):
        raise PermissionDenied
    return preview


def known(language: str) -> str:
    if language not in LANGUAGES:
        raise Http404
    return language


def nothing_here(request: HttpRequest, unused: str) -> HttpResponse:
    """What stands in the way of an address of Django's admin that we do not use."""
    raise Http404


@require_safe
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The frame around a previewed page: in which language, how wide, and a link for a colleague."""
    preview = own_preview(request, key)
    model_admin = admin_of(preview)
    language = known(request.GET.get("language", settings.LANGUAGE_CODE))
    context = {
        **admin.site.each_context(request),
        "title": _("Förhandsgranska"),
        "preview": preview,
        "opts": model_admin.opts,
        "language": language,
        "languages": settings.LANGUAGES,
        "phone": request.GET.get("width") == "phone",
        "link": absolute(reverse("shared_preview", args=[preview.key, language])) if preview.is_shared else "",
        "is_nav_sidebar_enabled": False,
    }
    response = render(request, "editing/preview.html", context)
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return response


@require_safe
def preview_page(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """The previewed page itself, which only the frame of this site may hold."""
    response = answer_page(own_preview(request, key), language)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response


@require_POST
def share(request: HttpRequest, key: str) -> HttpResponse:
    """Let whoever has the link look for a week, or no longer."""
    preview = own_preview(request, key)
    is_shared = "revoke" not in request.POST
    expires_at = timezone.now() + (SHARED_FOR if is_shared else timedelta(days=1))
    Preview.objects.filter(pk=preview.pk).update(is_shared=is_shared, expires_at=expires_at)
    if not is_shared:
        messages.success(request, _("Länken fungerar inte längre."))
    return redirect(f"{reverse('editing:preview', args=[key])}?{request.GET.urlencode()}")


@require_safe
def shared(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """A previewed page for a colleague who has its link and no account. It holds no more than its maker may see."""
    found = Preview.objects.filter(expires_at__gt=timezone.now(), is_shared=True, user__is_active=True)
    preview = get_object_or_404(found.select_related("user"), key=key)
    if not preview.user.has_perm(f"{preview.model.split('.')[0]}.change_{preview.model.split('.')[1]}"):
        raise Http404
    page = answer_page(preview, language)
    page._csp_replace = {"frame-ancestors": [NONE], "form-action": [NONE]}  # type: ignore[attr-defined]
    return page


@require_POST
def heartbeat(request: HttpRequest) -> HttpResponse:
    """Note that a form is open and answer with who else has it open."""
    model, number = request.POST.get("model", ""), request.POST.get("object_id", "")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise Http404
    try:
        model_admin = admin.site.get_model_admin(apps.get_model(model))
    except (LookupError, ValueError, NotRegistered) as error:
        raise Http404 from error
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    return JsonResponse({"others": register_presence(model_admin.opts.label_lower, int(number), request.user)})
