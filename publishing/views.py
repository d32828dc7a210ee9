"""Render public pages and serve generated files and uploaded pictures."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.images import get_image_dimensions
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils._os import safe_join
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_POST, require_safe

from publishing.images import FOLDER, PictureFormField
from publishing.imaging import FORMATS
from publishing.models import Content
from publishing.removal import is_removed
from publishing.richtext import models_with_text

# Functions of higher apps: what else is shown on the page of a content, by the name that templates know it by.
ADDITIONS: list[Callable[[Any], dict[str, list[Any]]]] = []
CONTENT_TYPES = {f".{ending}": f"image/{kind.lower()}" for kind, ending in FORMATS.items()}


def render_page(
    request: HttpRequest,
    template: str,
    page: Content,
    *,
    shown: Iterable[Content] = (),
    changes: Iterable[datetime] = (),
    crumbs: Iterable[tuple[str, str]] = (),
    **context: Any,
) -> HttpResponse:
    """Render a public page about one piece of content.

    `shown` is everything else that readers see on the page: "Senast uppdaterad" is the last change over all of it,
    and of `changes`, the moments at which something changed that the page only sums up. ADDITIONS count too.
    `crumbs` are the titles and addresses of the pages between the start page and this one. `contact` is the page's own
    unless it is given. Everything is read here: templates ask the database nothing but for the footer's texts. Raises
    Http404 for a part of its lists (`paging`) beyond the last.
    """
    if "paging" in context and context["paging"].is_beyond:
        raise Http404
    added = {name: items for add in ADDITIONS for name, items in add(page).items()}
    context = {"contact": getattr(page, "responsible", None)} | added | context
    everything = [page, context["contact"], *shown, *(item for items in added.values() for item in items)]
    updated = max([*changes, *(item.updated_at for item in everything if item)])
    shared = {"page": page, "everything": everything, "updated": updated, "crumbs": crumbs}
    return render(request, template, context | shared)


def answer_file(
    request: HttpRequest, content: str | bytes, content_type: str, changed: datetime | None = None, max_age: int = 0
) -> HttpResponse:
    """Answer with a file made on request; 304 where the reader holds the same one (RFC 9110, 13.1.2).

    Only the ETag decides: the date of the last change does not move when something is unpublished or its time comes.
    The ETag is weak, so that it stays true when a proxy compresses the file.
    """
    response = HttpResponse(content, content_type=content_type)
    etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    if max_age:
        response.headers["Cache-Control"] = f"public, max-age={max_age}"
    if changed:
        response.headers["Last-Modified"] = http_date(changed.timestamp())
    answer = get_conditional_response(request, etag, None, response)
    return cast(HttpResponse, answer)


class PictureForm(forms.Form):
    picture = PictureFormField()


@require_POST
def upload_picture(request: HttpRequest) -> HttpResponse:
    """Keep a picture for a text, and answer with its address and size or with what is wrong with it.

    For staff who may change a text (molndal_intl/urls.py asks for the login).
    """
    texts = (model._meta for model in models_with_text())
    if not any(request.user.has_perm(f"{meta.app_label}.change_{meta.model_name}") for meta in texts):
        raise PermissionDenied
    form = PictureForm(files=request.FILES)
    if not form.is_valid():
        return JsonResponse({"error": " ".join(map(str, form.errors["picture"]))})
    name = form.cleaned_data["picture"].name
    with default_storage.open(name) as file:
        width, height = get_image_dimensions(file)
    return JsonResponse({"src": f"/media/{name}", "width": width, "height": height})


@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """An uploaded picture, with the type its ending stands for. Its name holds its digest, so it never changes.

    One that no content shows any more is there for staff alone, who see it in the history.
    """
    path = Path(safe_join(settings.MEDIA_ROOT, name))
    if path.suffix not in CONTENT_TYPES or path.parent != Path(safe_join(settings.MEDIA_ROOT, FOLDER)):
        raise Http404
    try:
        if (removed := is_removed(name)) and not request.user.is_staff:
            raise Http404
        response = FileResponse(path.open("rb"), content_type=CONTENT_TYPES[path.suffix])
    except (OSError, ValueError) as error:  # not there, a folder, a name longer than the disk takes, a null byte
        raise Http404 from error
    response.headers["Cache-Control"] = "private, no-store" if removed else "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = settings.FILE_POLICY
    if settings.MEDIA_ORIGIN:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # or our own pages could not show it
    return response
