"""The server's log: it tells what happened, and holds no personal data."""

import re
import socket
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.servers import free_port, start, stop

PERSON = {
    "X-Forwarded-For": "192.0.2.77",
    "User-Agent": "Mozilla/5.0 (Hemlig telefon)",
    "Referer": "https://example.org/hemlig-sida",
    "Cookie": "sessionid=hemligkaka",
}


def test_the_log_names_nobody(copied_site: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", "1")
    port = free_port()
    process, printed = start(*copied_site, port)
    try:
        for path, data in (
            ("/finns-inte/?namn=Hemlig+Person", None),
            ("/sok/?q=hemlig", None),
            ("/admin/?next=hemlig", None),
            ("/admin/login/", b"username=hemlig&password=hemligt"),
            ("/aterkoppling/", b"page=hemlig&comment=hemlig"),
            ("/aterkoppling/", b"hemlig=%00"),
            ("/?hemlig=%00", None),
            ("/data/hemlig.json?hemlig=1", b"hemlig"),
        ):
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers=PERSON)
            with suppress(HTTPError):
                urllib.request.urlopen(request).close()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: hemlig.example\r\nConnection: close\r\n\r\n")
            while connection.recv(4096):
                pass
    finally:
        stop(process)
    said = printed.read_text()
    assert "Not Found: /finns-inte/" in said
    written = said.partition("Ctrl+C\n")[2].splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\S+ (WARNING|ERROR) [0-9a-f]{16} ", line) for line in written), said
    for secret in ("192.0.2.77", "namn=", "Person", "telefon", "hemlig-sida", "hemligkaka", "hemligt", "q=hemlig"):
        assert secret not in said, said
    assert said.count("127.0.0.1") == said.count(f"127.0.0.1:{port}"), "an address of a reader"
