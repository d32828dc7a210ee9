"""Middleware of the whole site."""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from molndal_intl import speculation
from molndal_intl.bodies import promised
from molndal_intl.policies import PERMISSIONS
from publishing.plain import visible

logger = logging.getLogger(__name__)


def safe_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add the headers that Django has no setting for, or sets in a middleware that some responses do not pass.

    For staff the policies are those of the admin. A public page is the same to everyone and has nothing that a window
    which opened it could get at. Where a view has said something else, that holds.
    """
    for_readers = {
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    for_staff = for_readers | {"Cross-Origin-Opener-Policy": "same-origin"}

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_staffs = request.path_info.startswith(settings.STAFF_ADDRESSES)
        if is_staffs:
            response._csp_config = settings.STAFF_POLICY  # type: ignore[attr-defined]
        for name, value in (for_staff if is_staffs else for_readers).items():
            response.headers.setdefault(name, value)
        if speculation.has_rules(request, response):
            response.headers["Speculation-Rules"] = f'"{speculation.ADDRESS}"'
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
        is_large = promised(request.META) > settings.PUBLIC_UPLOAD_MAX_SIZE
        if is_large and not request.path_info.startswith(settings.STAFF_ADDRESSES):
            raise RequestDataTooBig("larger than any public form")
        return get_response(request)

    return middleware


class VisibleText:
    """Remove invisible characters from every posted text but passwords, so that no form takes them for text.

    Lines end as they are stored, not as browsers post them (CRLF), so that an untouched text is not a changed one.

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
                posted.setlist(name, [visible(value).replace("\r\n", "\n") for value in values])
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
        if not response.headers.get("Content-Type", "").startswith("text/html"):  # which says it itself
            response.headers.setdefault("Content-Language", language)
        return response

    return middleware


class CompressText(GZipMiddleware):
    """Compress what compresses. Django's middleware would also pack pictures and ZIP files again, for nothing."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith(("image/", "application/zip")):
            return response
        return super().process_response(request, response)
