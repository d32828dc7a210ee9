"""A front in this process, and workers in processes of their own on one database, as machines of a site have it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.util import setup_testing_defaults

import psycopg
import pytest
from django.core.handlers.wsgi import WSGIHandler

from pagecache.front import Front
from pagecache.watch import Watch
from pages.registry import next_boundary
from tests.servers import ROOT, free_port
from tests.template import Template


@dataclass
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes


class InProcess(Front):
    """The front with Django behind it. Without its thread, as if that were late: requests ask for the version."""

    def __init__(self, application: Any = None) -> None:
        self.rendered: list[str] = []
        django = application or WSGIHandler()

        def counting(environ: dict[str, Any], start_response: Any) -> Any:
            self.rendered.append(environ["PATH_INFO"])
            return django(environ, start_response)

        super().__init__(counting, next_boundary)
        self.watch.thread = Thread()

    def get(self, path: str, method: str = "GET", **environ: str) -> Answer:
        asked: dict[str, Any] = {}
        setup_testing_defaults(asked)
        asked |= {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": "127.0.0.1", "wsgi.input": BytesIO()}
        said: list[Any] = []
        body = b"".join(self(asked | environ, lambda *args: said.extend(args)))
        return Answer(said[0], {name.lower(): value for name, value in said[1]}, body)

    def a_second_later(self) -> None:
        self.watch.good_until = 0.0


@pytest.fixture
def front(settings: Any) -> InProcess:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    return InProcess()


@pytest.fixture
def watch() -> Watch:
    watch = Watch(next_boundary)
    watch.thread = Thread()
    return watch


@dataclass
class Workers:
    """Single workers with ports, memories and disks of their own. What they print is in the folder."""

    folder: Path
    database_url: str
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Start a worker and wait until it listens."""
        port = free_port()
        arguments = ["--interface", "wsgi", "--port", str(port), "--no-ws", "--workers", "1", "--blocking-threads", "4"]
        with (self.folder / f"printed-{port}.txt").open("w") as printed:
            process = subprocess.Popen(
                [sys.executable, "-m", "granian", *arguments, "molndal_intl.wsgi:application"],
                cwd=ROOT,
                env=os.environ | {"DATA_DIR": str(self.folder), "DATABASE_URL": self.database_url},
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        self.ports.append(port)
        wait_for(lambda: self.get(-1, "/favicon.ico")[0] > 0, 60)

    def get(self, worker: int, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of a page as a worker answers; 0 while it does not listen."""
        connection = HTTPConnection("127.0.0.1", self.ports[worker], timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def execute(self, sql: str, *values: Any) -> list[Any]:
        """Run SQL as somebody else would: from outside, past Django."""
        if self.database_url:
            with psycopg.connect(self.database_url) as connection:
                cursor = connection.execute(sql, values)  # type: ignore[call-overload]
                return cursor.fetchall() if cursor.description else []
        import sqlite3

        with sqlite3.connect(self.folder / "db.sqlite3", timeout=20) as database:
            found = database.execute(sql.replace("%s", "?"), values).fetchall()
        database.close()
        return found

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(60)


def wait_for(condition: Callable[[], bool], seconds: float) -> float:
    """Wait until it is so. Returns the seconds that took; fails where it takes too long."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it never came"
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.fixture(scope="module")
def workers(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Two, on a folder and a database as `make run` leaves them."""
    folder = tmp_path_factory.mktemp("workers")
    with template.copied_site(folder) as database_url:
        workers = Workers(folder, database_url)
        try:
            for _ in range(2):
                workers.start()
            yield workers
        finally:
            workers.stop()
