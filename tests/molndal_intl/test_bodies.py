"""Bodies that come slowly occupy some threads of a worker, never all of them, and not for ever. Nor do dead workers."""

import io
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest

from molndal_intl import bodies
from molndal_intl.bodies import LARGEST, RECEIVING, WholeBodies
from tests.servers import free_port, start, stop
from tests.template import Template


class Slow(io.BytesIO):
    """A body that comes when the event is set."""

    def __init__(self, arrives: Event) -> None:
        super().__init__(b"x=1")
        self.arrives = arrives

    def read(self, size: int | None = -1) -> bytes:
        assert self.arrives.wait(20)
        return super().read(size)


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def ask(site: WholeBodies, body: Any = None, **environ: str) -> tuple[str, bytes]:
    """The status, and the body as the site behind it has read it."""
    said: list[Any] = []
    sent: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "CONTENT_LENGTH": "3", **environ}
    text = b"".join(site(sent | {"wsgi.input": body or io.BytesIO(b"x=1")}, lambda *args: said.extend(args)))
    return said[0], text


@pytest.fixture
def occupied() -> Iterator[tuple[WholeBodies, Event]]:
    """A site with as many slow bodies as it takes, and the event that lets them come."""
    site, arrive = WholeBodies(echo), Event()
    with ThreadPoolExecutor(RECEIVING) as pool:
        answers = [pool.submit(ask, site, Slow(arrive)) for _ in range(RECEIVING)]
        while len(site.begun) < RECEIVING:
            time.sleep(0.01)
        yield site, arrive
        arrive.set()
        assert [answer.result() for answer in answers] == [("200 OK", b"x=1")] * RECEIVING


def test_body_reaches_the_site_whole() -> None:
    site = WholeBodies(echo)
    assert ask(site) == ("200 OK", b"x=1")
    assert ask(site, CONTENT_LENGTH="2") == ("200 OK", b"x=")
    assert ask(site, CONTENT_LENGTH="9") == ("200 OK", b"x=1"), "the client has gone"
    assert not site.begun


def test_slow_bodies_leave_threads_for_pages(occupied: tuple[WholeBodies, Event]) -> None:
    site, arrive = occupied
    status, text = ask(site)
    assert (status, "upptagen" in text.decode()) == ("503 Service Unavailable", True)
    assert ask(site, REQUEST_METHOD="GET")[0] == "200 OK"
    arrive.set()
    while site.begun:
        time.sleep(0.01)
    assert ask(site)[0] == "200 OK"


def test_quick_body_waits_for_another_quick_one(occupied: tuple[WholeBodies, Event]) -> None:
    site, arrive = occupied
    site.begun = dict.fromkeys(site.begun, time.monotonic())
    Timer(0.05, arrive.set).start()
    assert ask(site)[0] == "200 OK"


def test_bodies_that_never_come_get_new_workers(
    occupied: tuple[WholeBodies, Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, _arrive = occupied
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *args: sent.append(args))
    ask(site, SERVER_SOFTWARE="Granian")
    assert not sent, "they may still come"
    monkeypatch.setattr(bodies, "PATIENCE", 0)
    ask(site, SERVER_SOFTWARE="Another")
    ask(site, SERVER_SOFTWARE="Granian")
    ask(site, SERVER_SOFTWARE="Granian")
    assert sent == [(os.getppid(), signal.SIGHUP)], "once a minute at most"


def test_body_that_nobody_wants_is_not_received() -> None:
    def unread(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("400 Bad Request", [])
        return []

    site, never = WholeBodies(unread), Slow(Event())
    assert ask(site, never, CONTENT_LENGTH=str(LARGEST))[0] == "400 Bad Request"
    assert ask(site, never, CONTENT_LENGTH="odd")[0] == "400 Bad Request"
    too_large = ask(site, never, CONTENT_LENGTH=str(LARGEST + 1), PATH_INFO="/admin/")
    assert too_large[0] == "413 Request Entity Too Large"


@pytest.fixture(scope="module")
def server(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """The port of a site with one worker, and the process that replaces it."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    with template.copied_site(folder) as database_url:
        process, _printed = start(folder, database_url, port, WORKERS="1")
        yield port, process.pid
        stop(process)


def test_real_site_answers_beside_many_silent_bodies(server: tuple[int, int]) -> None:
    port, _pid = server
    head = f"POST /aterkoppling/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 500\r\n\r\nx".encode()
    with ExitStack() as opened:
        for _ in range(100):
            opened.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(head)
        assert [status(port, "GET", path) for path in ("/", "/sok/?q=sern", "/healthz")] == [200, 200, 200]
        assert status(port, "POST", "/aterkoppling/") == 503
    until = time.monotonic() + 30
    while (answered := status(port, "POST", "/aterkoppling/")) == 503 and time.monotonic() < until:
        time.sleep(0.1)
    assert answered == 415, "no form, which the site itself says"


def workers(server: int) -> set[str]:
    return {*Path(f"/proc/{server}/task/{server}/children").read_text().split()}


def test_killed_worker_is_replaced(server: tuple[int, int]) -> None:
    port, pid = server
    killed, until = workers(pid), time.monotonic() + 60
    for worker in killed:
        os.kill(int(worker), signal.SIGKILL)
    while (workers(pid) <= killed or status_or_none(port) is None) and time.monotonic() < until:
        time.sleep(0.05)
    assert (status_or_none(port), workers(pid) - killed != set()) == (200, True)


def status(port: int, method: str, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, "x=1" if method == "POST" else None)
    answer = connection.getresponse().status
    connection.close()
    return answer


def status_or_none(port: int) -> int | None:
    """The start page's; None while no worker listens."""
    with suppress(OSError):
        return status(port, "GET", "/")
    return None
