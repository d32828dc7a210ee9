"""Many readers who answer at the same time, and what became of their answers. For a test and tools/load-feedback."""

import random
import re
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from itertools import count
from urllib.parse import urlencode, urlsplit

SEEDS = count()  # no two readers are the same visitor
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Readers:
    """Threads that answer again and again until they are stopped. Each answer comes from an address of its own."""

    def __init__(self, site_url: str, number: int) -> None:
        self.host = urlsplit(site_url).netloc
        with urllib.request.urlopen(f"{site_url}/natverk/sern/") as response:
            found = re.search(r'name="page" value="([^"]+)"', response.read().decode())
        assert found
        self.page = found[1]
        self.stopped = threading.Event()
        self.answers: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.answer_on, args=(next(SEEDS),)) for _ in range(number)]

    def answer_on(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self.stopped.is_set():
            connection = HTTPConnection(self.host, timeout=30)
            try:
                while not self.stopped.is_set():
                    self.note(self.answer(connection, chance))
            except (OSError, HTTPException):
                self.note("unknown")  # the line broke before there was an answer: stored or not
                time.sleep(0.05)
            finally:
                connection.close()

    def answer(self, connection: HTTPConnection, chance: random.Random) -> str:
        sender = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"
        fields = {"page": self.page, "helped": chance.choice(["yes", "no"]), "visit": f"{chance.getrandbits(96):x}"}
        connection.request("POST", "/aterkoppling/", urlencode(fields), FORM | {"X-Forwarded-For": sender})
        response = connection.getresponse()
        response.read()
        return "stored" if response.status == 303 else str(response.status)

    def note(self, what: str) -> None:
        with self.lock:
            self.answers[what] += 1

    def run(self, seconds: float, then: Callable[[], None], enough: int = 0) -> float:
        """Answer for some seconds and until enough is stored, then do something meanwhile. Returns answers a second."""
        began = time.monotonic()
        for thread in self.threads:
            thread.start()
        until = began + 120
        while time.monotonic() < began + seconds or (self.answers["stored"] <= enough and time.monotonic() < until):
            time.sleep(0.05)
        rate = self.answers["stored"] / (time.monotonic() - began)
        then()
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        return rate
