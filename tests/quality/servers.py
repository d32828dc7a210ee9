"""A web server on loopback with good and bad pages, which records what it was asked."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Site:
    """Where the server is, and the method, path and time of each request."""

    port: int
    asked: list[tuple[str, str, float]] = field(default_factory=list)
    # Answered no more once this is set: lets the requests end that wait for ever.
    over: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _time in self.asked]


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self, status: int, location: str = "", body: bytes = b"") -> None:
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            site.asked.append((self.command, self.path, time.monotonic()))
            kind, _slash, rest = self.path.lstrip("/").partition("/")
            if kind.isdecimal():
                self.answer(int(kind))
            elif kind == "to":  # redirect to the rest
                self.answer(302, rest)
            elif kind == "round":
                self.answer(301, f"/round/{len(site.asked)}")
            elif kind == "large":
                self.answer(200, body=b"x" * 2**20)
            elif kind == "silent":
                site.over.wait(20)
            elif kind == "drip":  # a letter at a time, so that no single wait is long
                for letter in b"HTTP/1.1 200 OK\r\n\r\n":
                    site.over.wait(0.02)
                    self.wfile.write(bytes([letter]))
            else:
                self.answer(200)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle of an answer is no news."""


@contextmanager
def website(tls: Any = None) -> Iterator[Site]:
    """A running server, which speaks TLS where a context is given."""
    site = Site(0)
    with QuietServer(("127.0.0.1", 0), handler(site)) as server:
        site.port = server.server_address[1]
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield site
        site.over.set()
        server.shutdown()
