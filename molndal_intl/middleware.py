"""Middleware of the whole site."""

import logging
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from molndal_intl.policies import DENIED_FEATURES, STAFF_FEATURES
from publishing.plain import visible

logger = logging.getLogger(__name__)


def features(allowed: Iterable[str] = ()) -> str:
    """A Permissions-Policy that denies every feature but those that are allowed."""
    return ", ".join(f"{name}=()" for name in (*DENIED_FEATURES, *STAFF_FEATURES) if name not in allowed)


def safe_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add the headers that Django has no setting for, or sets in a middleware that some responses do not pass.

    For staff the policies are those of the admin. Where a view has said something else, that holds.
    """
    always = {
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }
    for_readers = always | {"Permissions-Policy": features()}
    for_staff = always | {"Permissions-Policy": features(STAFF_FEATURES)}

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_staffs = request.path_info.startswith(settings.STAFF_ADDRESSES)
        if is_staffs:
            response._csp_config = settings.STAFF_POLICY  # type: ignore[attr-defined]
        for name, value in (for_staff if is_staffs else for_readers).items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def warn_of_proxy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Log once that a proxy seems to stand before the site, though TRUSTED_PROXY_COUNT says that none does."""
    if settings.TRUSTED_PROXY_COUNT:
        raise MiddlewareNotUsed

    @cache
    def warn() -> None:
        logger.warning("TRUSTED_PROXY_COUNT is 0, but X-Forwarded-For arrived: behind a proxy all share one throttle.")

    def middleware(request: HttpRequest) -> HttpResponse:
        if "X-Forwarded-For" in request.headers:
            warn()
        return get_response(request)

    return middleware


def refuse_null_bytes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 404 to a null byte in the path and 400 elsewhere: PostgreSQL has no such character, and fails on it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        sent = unquote(request.META.get("QUERY_STRING", "")), *request.headers.values(), *request.COOKIES.values()
        if any("\0" in value for value in sent):
            raise SuspiciousOperation("null byte in the query, a header or a cookie")
        return get_response(request)

    return middleware


def limit_public_posts(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 to a post that is larger than any public form; the admin's forms take more."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = 0  # as Django takes it
        if size > settings.PUBLIC_UPLOAD_MAX_SIZE and not request.path_info.startswith(settings.STAFF_ADDRESSES):
            raise RequestDataTooBig("larger than any public form")
        return get_response(request)

    return middleware


class VisibleText:
    """Remove invisible characters from every posted text but passwords, so that no form takes them for text.

    The forms of readers (`csrf_exempt`) are read by their own views, which first decide whether they read at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_args: Any) -> None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        posted = request.POST.copy()
        for name, values in request.POST.lists():
            if "password" not in name:
                posted.setlist(name, [visible(value) for value in values])
        request.POST = posted  # type: ignore[assignment]


def language_from_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take the language from the address alone: /en/… is English, an address without a prefix is Swedish.

    Django's LocaleMiddleware also looks at cookies and Accept-Language and varies on them, which no shared cache
    can serve well.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


class CompressText(GZipMiddleware):
    """Compress what compresses. Django's middleware would also pack pictures again, for nothing."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("image/"):
            return response
        return super().process_response(request, response)
