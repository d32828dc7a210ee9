"""Editors who save new pages with pictures at the same time, and which of these were acknowledged. For a test."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from urllib.parse import urlsplit

from PIL import Image

# A page's form as it is sent when little is filled in.
FIELDS = {"section": "", "position": "100", "image_decorative": "on", "published_at_0": "", "published_at_1": ""}


def picture(chance: random.Random) -> bytes:
    """A picture that no other is like."""
    out = BytesIO()
    Image.frombytes("RGB", (200, 150), chance.randbytes(200 * 150 * 3)).save(out, "PNG")
    return out.getvalue()


def multipart(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    mark = uuid.uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="image"; filename="x.png"\r\n\r\n')
    return "".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


class Editors:
    """Threads that save one new page after the other until they are stopped."""

    def __init__(self, site_url: str, session: str, number: int) -> None:
        self.host = urlsplit(site_url).netloc
        self.cookies = f"sessionid={session}; csrftoken={'x' * 32}"
        self.stopped = threading.Event()
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self.threads = [threading.Thread(target=self.save_on, args=(seed,)) for seed in range(number)]

    def save_on(self, seed: int) -> None:
        chance, number = random.Random(seed), 0
        while not self.stopped.is_set():
            number += 1
            slug = f"sida-{seed}-{number}"
            try:
                status = self.save(slug, chance)
            except (OSError, HTTPException):
                time.sleep(0.05)  # the line broke before there was an answer: saved or not
                continue
            (self.acknowledged if status == 302 else self.refused).append(slug)

    def save(self, slug: str, chance: random.Random) -> int:
        fields = FIELDS | {"csrfmiddlewaretoken": "x" * 32, "title_sv": f"Titel {slug}", "slug_sv": slug, "_save": "1"}
        body, kind = multipart(fields, picture(chance))
        connection = HTTPConnection(self.host, timeout=30)
        try:
            headers = {"Content-Type": kind, "Cookie": self.cookies, "Origin": f"http://{self.host}"}
            connection.request("POST", "/admin/pages/page/add/", body, headers)
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            connection.close()

    def run(self, enough: int, then: Callable[[], None]) -> None:
        """Save until more pages than `enough` are acknowledged, then do something in the middle of it."""
        for thread in self.threads:
            thread.start()
        until = time.monotonic() + 120
        while len(self.acknowledged) <= enough and time.monotonic() < until:
            time.sleep(0.05)
        then()
        self.stopped.set()
        for thread in self.threads:
            thread.join()
