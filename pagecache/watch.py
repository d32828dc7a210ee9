"""The content version as this worker knows it, asked for in the background and never on a reader's request.

A thread asks the database every half second, and what it answers holds for a second. If the thread is late or dead,
the next request asks by itself. So no page is older than a second unless the database does not answer.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Lock, Thread

from django.db import Error, connection
from django.utils import timezone

from pagecache.models import current_number

logger = logging.getLogger(__name__)

# Seconds. HOLDS is how old a page may be; SILENCE how long a database that did not answer is left alone by requests.
HOLDS, POLL, SILENCE = 1.0, 0.5, 5.0


class Watch:
    """What this worker knows of the content version.

    `generation` is a number of this worker's own, raised whenever the version is another than before, a scheduled
    moment has come or the clock was set back: a page of an earlier generation is stale. `good_until` (monotonic) is how
    long that is known.
    """

    def __init__(self, next_boundary: Callable[[datetime], datetime]) -> None:
        self.generation = 0
        self.good_until = 0.0
        self.silent_until = 0.0
        self.number = -1
        self.asked_at = self.boundary = 0.0  # by the clock, as publishing is
        self.writing, self.asking = Lock(), Lock()
        self.thread: Thread | None = None
        self.next_boundary = next_boundary

    def ask(self) -> None:
        """Ask the database for the version. Raises django.db.Error where it does not answer."""
        asked = time.monotonic()
        number = current_number()
        with self.writing:
            now = time.time()
            if number != self.number or now >= self.boundary or now < self.asked_at:
                # Raised before the boundary is asked for: what is scheduled meanwhile raises the version again.
                self.generation += 1
                self.boundary = self.next_boundary(timezone.now()).timestamp()
                self.number = number
            self.asked_at = now
            self.good_until = asked + min(HOLDS, self.boundary - now)
            self.silent_until = 0.0

    def is_silent(self) -> bool:
        """Whether the database does not answer. Asks it where nothing newer than a second is known."""
        self.start()
        if time.monotonic() < self.silent_until:
            return True
        with self.asking:  # one asks and the others wait for the answer
            try:
                if time.monotonic() >= max(self.good_until, self.silent_until):
                    if not connection.in_atomic_block:
                        connection.close_if_unusable_or_obsolete()  # as Django does when a request begins
                    self.ask()
            except Error:
                self.silent_until = time.monotonic() + SILENCE
            return time.monotonic() < self.silent_until

    def start(self) -> None:
        """Start the thread, in the process that answers requests: a thread does not survive a fork."""
        if self.thread is None:
            with self.writing:
                if self.thread is None:
                    self.thread = Thread(target=self.follow, name="pagecache", daemon=True)
                    self.thread.start()

    def follow(self) -> None:
        """Ask every POLL seconds, and when a scheduled moment comes. Never ends."""
        failed = False
        while True:
            try:
                self.ask()
                failed = False
            except Exception as error:  # the drivers have errors of their own; whatever it is, the next try may do
                with suppress(Exception):
                    connection.close()
                if not failed:
                    logger.warning("The content version could not be read and is asked for again: %s", error)
                failed = True
            time.sleep(POLL if failed else max(0.0, min(POLL, self.boundary - time.time())))
