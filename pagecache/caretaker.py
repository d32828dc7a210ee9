"""Looks after the copies on disk: after a change they are made anew in the background, one at a time.

So that what was unpublished is not served from an old copy when the database is gone, and as much as can be is served.
The copies are found by the addresses that readers have asked for, and asked for again as a reader would.
"""

import time
from collections.abc import Callable
from io import BytesIO
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

# Seconds between looks, and how much longer than each page took it rests after it: readers come first.
REST, EASE = 5.0, 3
# A page that was being made while the change was made may have been written a little after it.
MARGIN = 2.0


class Caretaker:
    """A thread beside a worker's front. Of the workers that share a disk one does the work."""

    def __init__(self, front: Any) -> None:
        self.front = front
        self.starting = Lock()
        self.thread: Thread | None = None

    def start(self) -> None:
        """Start the thread, in the process that answers requests."""
        if self.thread is None:
            with self.starting:
                if self.thread is None:
                    self.thread = Thread(target=self.work, name="pagecache copies", daemon=True)
                    self.thread.start()

    def work(self) -> None:
        done = -1
        while True:
            time.sleep(REST)
            number = self.front.watch.number
            if number != done and time.monotonic() < self.front.watch.good_until and self.renew_copies(time.sleep):
                done = number

    def renew_copies(self, rest: Callable[[float], Any]) -> bool:
        """Ask for every page whose copy is older than the last change. Returns whether no change came in between."""
        watch = self.front.watch
        number = watch.number
        with self.front.copies.turn() as mine:
            for path in self.front.copies.older_than(watch.changed_at + MARGIN) if mine else ():
                began = time.monotonic()
                ask(self.front, path)
                rest(EASE * (time.monotonic() - began))
                if watch.number != number:
                    return False
        return True


def ask(front: Callable[..., Any], path: str) -> None:
    """Ask for a page as a reader of the site's own address would."""
    address = urlsplit(settings.SITE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": address.hostname or "",
        "SERVER_PORT": str(address.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": address.netloc,
        "wsgi.url_scheme": address.scheme,
        "wsgi.input": BytesIO(),
    }
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        environ[name] = value
    body = front(environ, lambda *args: None)
    if hasattr(body, "close"):
        body.close()
