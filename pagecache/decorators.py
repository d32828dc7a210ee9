"""Mark a view that is only read, and whose response is the same for everyone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

# What the front puts into the environment of a request whose answer it would keep, and what a public view answers with.
# No visitor can set either: what a visitor sends begins with HTTP_.
ASKED, PUBLIC = "pagecache.asked", "pagecache.public"
# Readers ask whether their copy is still true. A shared cache holds one for a second, and for a day where we do not
# answer (RFC 5861).
SHARED = "max-age=0, s-maxage=1, stale-if-error=86400"

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Let the front cache the responses of this view, which is asked by GET and HEAD alone.

    The view gets no request headers, so that nothing of one reader can reach the next; the front answers conditional
    requests. Without the front, or for a logged-in user, nothing is cached.
    """

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = ASKED in request.META
        hidden = strip_request_headers(request) if asked else {}
        try:
            response = view(request, *args, **kwargs)
        except Exception:
            request.META.update(hidden)  # an error page is not cached and may use them
            raise
        request.META[PUBLIC] = asked
        response.headers.setdefault("Cache-Control", SHARED if asked else "private, no-cache")
        return response

    return wrapper


def strip_request_headers(request: HttpRequest) -> dict[str, Any]:
    """Remove and return every header of the request but the one that tells HTTPS (SECURE_PROXY_SSL_HEADER)."""
    kept = settings.SECURE_PROXY_SSL_HEADER[:1] if settings.SECURE_PROXY_SSL_HEADER else ()
    names = [name for name in request.META if name.startswith("HTTP_") and name not in kept]
    request.COOKIES = {}
    request.__dict__.pop("headers", None)  # made from META when first asked for
    return {name: request.META.pop(name) for name in names}
