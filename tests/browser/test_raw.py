"""Malformed requests, byte for byte, to the running server: never a 500."""

import os
import socket
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

from tests.browser.conftest import Site
from tests.browser.test_kill import LOG_IN
from tests.servers import ROOT

HOST = b"Host: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded; charset="
SENT = [
    b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 5000 + b"\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /\xff\xfe\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /%00%ff%ed%a0%80/?%00=%ff HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /sok/?q=%ed%a0%80%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /sok/?q=\xff\xc3\x28 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET //evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: \xff[\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: sessionid=\xff\x01\r\nAccept-Language: \xff\r\n\r\n",
    b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    b"FOO / HTTP/1.1\r\n" + HOST + b"\r\n",
    b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n",
    b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\0" * 1000,
]
POSTED = [
    FORM + b"utf-7\r\nContent-Length: 6\r\n\r\nq=+AGE",
    FORM + b"utf-16\r\nContent-Length: 6\r\n\r\n\xff\xfeq\0=\0",
    FORM + b"none\r\nContent-Length: 3\r\n\r\nq=x",
    FORM + b"utf-8\r\nContent-Length: -1\r\n\r\nq=x",
    FORM + b"utf-8\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nq=x",
    FORM + b"utf-8\r\nContent-Length: 99\r\nConnection: close\r\n\r\nq=x",  # and no more of it
    FORM + b"utf-8\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nq=x\r\n",
    FORM + b"utf-8\r\nContent-Length: 10000002\r\n\r\nq=" + b"y" * 10_000_000,
    b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x\r\n",
    b"Content-Type: multipart/form-data\r\nContent-Length: 5\r\n\r\n--x\r\n",
]
for target in (b"/", b"/aterkoppling/", b"/admin/login/"):  # one that takes no body, a form, and a form with a token
    SENT += [b"POST " + target + b" HTTP/1.1\r\n" + HOST + rest for rest in POSTED]


def answer(site: Site, sent: bytes) -> bytes:
    """The first line that comes back; empty where the server hangs up, or waits for more."""
    parts = urlsplit(site.url)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=3) as connection:
        try:
            connection.sendall(sent)
            return connection.recv(4096).split(b"\r\n")[0]
        except OSError:  # hung up on
            return b""


def test_no_bytes_make_the_server_fail(site: Site) -> None:
    answers = [(answer(site, sent), sent[:120]) for sent in SENT]
    assert [one for one in answers if one[0].split(b" ")[1:2] >= [b"500"]] == []
    assert sum(b" 200" in line or b" 40" in line for line, _sent in answers) > len(SENT) / 2
    with urllib.request.urlopen(f"{site.url}/natverk/", timeout=20) as page:
        assert page.status == 200


def test_random_bytes_with_a_session_return_no_500(site: Site) -> None:
    environment = os.environ | {"DATA_DIR": str(site.data_dir), "DATABASE_URL": site.database_url}
    shell = [sys.executable, "manage.py", "shell", "-v", "0", "-c", LOG_IN]
    printed = subprocess.run(shell, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    session = f"Cookie: sessionid={printed.split()[-1]}".encode()
    huge = [
        b"X: " + b"a" * 1_000_000 + b"\r\n", b"X: a\r\n" * 5000, b"X: " + b"\xff" * 60_000 + b"\r\n",
        b"Accept-Language: " + b"sv," * 20_000 + b"\r\n", b"Referer: http://[" + b"a" * 60_000 + b"\r\n",
        b"Accept: " + b"a/b;" * 15_000 + b"\r\n", b"X-Forwarded-For: " + b"1," * 30_000 + b"\r\n",
    ]  # fmt: skip
    cookies = [b"", b"; a=" + b"b" * 60_000, b"; a=" + b"b" * 1_000_000, b"; csrftoken=\xff", b"; a=b" * 10_000]
    sent = []
    for target in (b"/admin/", b"/admin/networks/network/1/change/", b"/konto/"):
        head = target + b" HTTP/1.1\r\n" + HOST + session
        sent += [b"GET " + head + b"\r\n" + header + b"\r\n" for header in huge]
        sent += [b"GET " + head + more + b"\r\n\r\n" for more in cookies]
        sent += [b"POST " + head + b"\r\n" + rest for rest in POSTED]
        sent += [b"GET " + target + b"?" + b"q" * 60_000 + b" HTTP/1.1\r\n" + HOST + session + b"\r\n\r\n"]
    answers = [(answer(site, one), one[:120]) for one in sent]
    assert [one for one in answers if one[0].split(b" ")[1:2] >= [b"500"]] == []
    assert sum(b" 200" in line for line, _sent in answers) > 20, answers  # let in, and answered
