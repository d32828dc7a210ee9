"""How every public page is put together, and how uploaded pictures are served."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils._os import safe_join
from django.views.decorators.http import require_safe

from publishing.images import FORMATS
from publishing.models import Content, Publishable

CONTENT_TYPES = {f".{ending}": f"image/{kind.lower()}" for kind, ending in FORMATS.items()}


def render_page(
    request: HttpRequest,
    template: str,
    page: Publishable,
    *,
    contact: Content | None,
    shown: Iterable[Content] = (),
    crumbs: Iterable[tuple[str, str]] = (),
    **context: Any,
) -> HttpResponse:
    """Render a public page about one piece of content.

    `shown` is everything else that readers see on the page: "Senast uppdaterad" is the last change over all of it.
    `crumbs` are the titles and addresses of the pages between the start page and this one.
    """
    updated = max(item.updated_at for item in [page, contact, *shown] if item)
    context |= {"page": page, "contact": contact, "updated": updated, "crumbs": crumbs}
    return render(request, template, context)


@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """An uploaded picture, with the type its ending stands for. Its name holds its digest, so it never changes."""
    path = Path(safe_join(settings.MEDIA_ROOT, name))
    if path.suffix not in CONTENT_TYPES:
        raise Http404
    try:
        response = FileResponse(path.open("rb"), content_type=CONTENT_TYPES[path.suffix])
    except (OSError, ValueError) as error:  # not there, a folder, a name longer than the disk takes, a null byte
        raise Http404 from error
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
