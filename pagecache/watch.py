"""Tells whether finished pages are still true, without asking the database on a reader's request.

What a worker knows holds for a second from the moment the database was asked. A thread keeps asking ahead of that:
at once when the database tells of a change, otherwise every 0.8 seconds. If the thread is late, held up or dead, the
next request asks by itself. So no page is older than a second unless the database answers nobody.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from threading import Lock, Thread
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from pagecache.models import current_number
from pagecache.triggers import CHANNEL

logger = logging.getLogger(__name__)

# Seconds. HOLDS is how old a page may be; SILENCE how long a database that did not answer is left alone by requests.
HOLDS, POLL, SILENCE, GLANCE = 1.0, 0.8, 5.0, 0.05


class Watch:
    """What this worker knows of the content version.

    `generation` is a number of this worker's own, moved whenever the version is another than before or a scheduled
    moment has come: a page of an earlier generation is stale. `good_until` (monotonic) is how long that is known.
    """

    def __init__(self) -> None:
        self.generation = 0
        self.good_until = 0.0
        self.silent_until = 0.0
        self.number, self.changed_at = -1, 0.0
        self.boundary = 0.0
        self.writing, self.asking = Lock(), Lock()
        self.thread: Thread | None = None
        self.next_boundary: Callable[[datetime], datetime] = import_string(settings.PAGECACHE_BOUNDARY)

    def ask(self) -> None:
        """Ask the database for the version. Raises django.db.Error where it does not answer."""
        asked = time.monotonic()
        number = current_number()
        with self.writing:
            now = time.time()
            if number != self.number or now >= self.boundary:
                # Moved before the boundary is asked for: what is scheduled meanwhile moves the version again.
                self.generation += 1
                self.boundary = self.next_boundary(timezone.now()).timestamp()
                self.number, self.changed_at = number, now
            self.good_until = asked + min(HOLDS, self.boundary - now)
            self.silent_until = 0.0

    def is_silent(self) -> bool:
        """Whether the database answers nobody. Asks it where nothing newer than a second is known."""
        self.start()
        known_silent = time.monotonic() < self.silent_until
        # One asks and the others wait for what it hears; while the database is silent nobody waits.
        if not self.asking.acquire(blocking=not known_silent):
            return True
        try:
            if time.monotonic() >= self.good_until:
                if time.monotonic() < self.silent_until:
                    return True
                if not connection.in_atomic_block:
                    connection.close_if_unusable_or_obsolete()  # as Django does when a request begins
                self.ask()
        except Error:
            self.silent_until = time.monotonic() + SILENCE
            return True
        finally:
            self.asking.release()
        return False

    def start(self) -> None:
        """Start the thread, in the process that answers requests: a thread does not survive a fork."""
        if self.thread is None:
            with self.writing:
                if self.thread is None:
                    self.thread = Thread(target=self.follow, name="pagecache", daemon=True)
                    self.thread.start()

    def follow(self) -> None:
        """Ask whenever the database tells of a change, and every POLL seconds. Never ends."""
        failed = False
        while True:
            try:
                wait = notices()
                while True:
                    self.ask()
                    failed = False
                    wait(max(0.0, min(POLL, self.boundary - time.time())))
            except Exception as error:  # the drivers have errors of their own; whatever it is, the next try may do
                with suppress(Exception):
                    connection.close()
                if failed:
                    time.sleep(POLL)
                else:
                    logger.warning("The content version is asked for again: %s", error)
                failed = True


def notices() -> Callable[[float], Any]:
    """A function that waits for the database's word of a change, at most the given seconds.

    Uses this thread's own connection. A notice only shortens the wait: one that is lost costs no more than POLL.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        return lambda seconds: list(connection.connection.notifies(timeout=seconds, stop_after=1))
    return glances(data_versions())


def glances(versions: Iterator[int]) -> Callable[[float], None]:
    """Waits until the next of the versions differs from the last, looking every GLANCE seconds."""
    last = next(versions)

    def wait(seconds: float) -> None:
        nonlocal last
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            last, before = next(versions), last
            if last != before:
                return
            time.sleep(GLANCE)

    return wait


def data_versions() -> Iterator[int]:
    """SQLite's count of commits by other connections: reading it touches one page of the file and no table."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("PRAGMA data_version")
            yield cursor.fetchone()[0]
