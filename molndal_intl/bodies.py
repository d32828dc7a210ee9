"""Posted bodies are received whole before Django sees the request, by some of the server's threads only.

Receiving blocks a thread for as long as the client takes, and granian has no time limit for it (its issue 728): a dozen
slow clients would stop the site. A proxy that takes bodies whole, as in deploy/, keeps them away altogether.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from threading import Lock, get_ident
from typing import Any

from django.conf import settings

from molndal_intl.logs import request_id

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

RECEIVING = settings.WORKER_THREADS - 2  # threads of each worker that may receive a body at once
QUICK, PATIENCE = 0.25, 20.0  # seconds in which a body comes as a rule, and after which it does not
LARGEST = 25 * 2**20  # bytes
CHUNK = 2**16


class WholeBodies:
    """WSGI wrapper. Answers 503 to a post while too many bodies are being received; pages are answered as always."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application
        self.lock = Lock()
        self.begun: dict[int, float] = {}  # when each thread began to receive
        self.reloaded_at = 0.0

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = promised(environ) if environ["REQUEST_METHOD"] == "POST" else 0
        is_staffs = environ["PATH_INFO"].startswith(settings.STAFF_ADDRESSES)
        if not length or (length > settings.PUBLIC_UPLOAD_MAX_SIZE and not is_staffs):  # the latter Django refuses
            return self.application(environ, start_response)
        if length > LARGEST:
            return refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Filen är för stor.", start_response)
        if not self.may_receive():
            self.reload_if_stuck(environ)
            sentence = "Webbplatsen är upptagen. Gå tillbaka och skicka igen om en stund."
            return refuse(HTTPStatus.SERVICE_UNAVAILABLE, sentence, start_response)
        try:
            environ["wsgi.input"] = received(environ["wsgi.input"], length)
        finally:
            with self.lock:
                del self.begun[get_ident()]
        return self.application(environ, start_response)

    def may_receive(self) -> bool:
        """Whether this thread may receive a body. Waits a moment only while the others may be as quick as usual."""
        until = time.monotonic() + QUICK
        while True:
            with self.lock:
                if len(self.begun) < RECEIVING:
                    self.begun[get_ident()] = time.monotonic()
                    return True
                newest = max(self.begun.values())
            if min(until, newest + QUICK) < time.monotonic():
                return False
            time.sleep(0.005)

    def reload_if_stuck(self, environ: Environ) -> None:
        """Have granian replace its workers, which ends their connections, where all bodies have been slow for long."""
        now = time.monotonic()
        is_stuck = now - max([*self.begun.values()], default=now) > PATIENCE and now - self.reloaded_at > 60
        if is_stuck and environ.get("SERVER_SOFTWARE") == "Granian":
            self.reloaded_at = now
            request_id.set("-")  # this request has none yet
            logger.warning("%s bodies have not come in %s seconds: new workers are started.", RECEIVING, PATIENCE)
            os.kill(os.getppid(), signal.SIGHUP)


def promised(environ: Environ) -> int:
    """The length that the client says; 0 where it says none or nonsense, as Django takes it."""
    try:
        return max(0, int(environ.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return 0


def received(source: Any, length: int) -> Any:
    """The body as a file, on disk where it is large; shorter than promised where the client has gone."""
    body = SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115
    while length and (part := source.read(min(CHUNK, length))):
        body.write(part)
        length -= len(part)
    body.seek(0)
    return body


def refuse(status: HTTPStatus, sentence: str, start_response: StartResponse) -> list[bytes]:
    """An answer before the body has come, after which the server closes the connection."""
    body = f'<!DOCTYPE html><html lang="sv"><title>{sentence}</title><p>{sentence}</p></html>'.encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("Connection", "close"),
    ]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", "30"))
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
