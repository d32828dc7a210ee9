"""WSGI wrapper that answers cached pages before Django and its middleware.

Only what Django would answer in the same way to anyone: GET or HEAD of an address without a query, to a name the site
answers to, over HTTPS where that is demanded, from a client that is not logged in. Anything else goes to Django.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from pagecache.decorators import ASKED, PUBLIC
from pagecache.page import Headers, Page, best_encoding, etag_of, may_be_shared
from pagecache.watch import Watch

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

MEMORY = 32 * 1024 * 1024  # bytes of pages in each worker
READING = {"GET", "HEAD"}


@lru_cache(256)
def is_our_name(host: str) -> bool:
    """Whether the site answers to this Host header, as Django decides it."""
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


class Front:
    """Wraps a WSGI application. One for each worker; its threads share it.

    `next_boundary` answers when, after a moment, pages change without an edit.
    """

    def __init__(self, application: Application, next_boundary: Callable[[datetime], datetime]) -> None:
        self.application = application
        self.watch = Watch(next_boundary)
        self.pages: dict[str, Page] = {}
        self.size = 0
        self.changing = Lock()
        self.session = settings.SESSION_COOKIE_NAME
        self.https = settings.SECURE_PROXY_SSL_HEADER if settings.SECURE_SSL_REDIRECT else None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not self.is_for_anyone(environ):
            return self.application(environ, start_response)
        page = self.pages.get(environ["PATH_INFO"])
        watch = self.watch
        if page is None or page.generation != watch.generation or time.monotonic() >= watch.good_until:
            return self.renew(environ, start_response, page)
        return answer(page, environ, start_response)

    def is_for_anyone(self, environ: Environ) -> bool:
        return (
            environ["REQUEST_METHOD"] in READING
            and not environ.get("QUERY_STRING")
            and not environ.get("SCRIPT_NAME")
            and is_our_name(environ.get("HTTP_HOST", ""))
            and ("HTTP_COOKIE" not in environ or self.session not in environ["HTTP_COOKIE"])
            and "HTTP_AUTHORIZATION" not in environ
            and (self.https is None or environ.get(self.https[0]) == self.https[1])
        )

    def renew(self, environ: Environ, start_response: StartResponse, page: Page | None) -> Iterable[bytes]:
        """Answer with Django's response and cache it; with a stale page only while the database does not answer."""
        path = environ["PATH_INFO"]
        if self.watch.is_silent() and page:
            return answer(page, environ, start_response)
        generation = self.watch.generation  # what is read from here on is no older
        if page and page.generation == generation:  # it was only a while since anybody asked
            return answer(page, environ, start_response)
        asked = environ | {ASKED: True, "REQUEST_METHOD": "GET"}
        said: list[Any] = []
        body = self.application(asked, lambda *args: said.extend(args))
        status, headers = said[:2]
        if asked.get(PUBLIC) and may_be_shared(status, headers):
            fresh = self.finish(status, headers, body, page)
            fresh.generation = generation
            self.keep(path, fresh)
            return answer(fresh, environ, start_response)
        if status.startswith("503") and page:
            close(body)
            return answer(page, environ, start_response)
        if not status.startswith("5"):
            self.keep(path, None)
        start_response(status, headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            close(body)
            return []
        return body

    def finish(self, status: str, headers: Headers, body: Iterable[bytes], before: Page | None) -> Page:
        """The page that Django's answer makes; its date is the last one's where its bytes are the last one's."""
        try:
            whole = b"".join(body)
        finally:
            close(body)
        same = before is not None and before.etag == etag_of(whole)
        return Page(status, headers, whole, before.modified if before and same else time.time())

    def keep(self, path: str, page: Page | None) -> None:
        """Hold an address's page in memory, None if it has none any more. If it is full, drop those made first."""
        with self.changing:
            if before := self.pages.pop(path, None):
                self.size -= before.size
            if page:
                self.size += page.size
                self.pages[path] = page
            while self.size > MEMORY:
                self.size -= self.pages.pop(next(iter(self.pages))).size


def answer(page: Page, environ: Environ, start_response: StartResponse) -> list[bytes]:
    """Send the page in the best encoding that the client accepts; for HEAD only its headers."""
    if ("HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ) and page.is_held_by(environ):
        start_response("304 Not Modified", page.not_modified)
        return []
    encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers, body = page.answers.get(encoding) or page.unpacked()
    start_response(page.status, headers)
    return body if environ["REQUEST_METHOD"] == "GET" else []


def close(body: Iterable[bytes]) -> None:
    with suppress(AttributeError):
        body.close()  # type: ignore[attr-defined]
