"""Asking other websites: what is wrong with a link, and what is never connected to."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from quality import fetching
from quality.fetching import Fetcher, is_public
from quality.models import Problem
from tests.quality.servers import Site, website


def problem(url: str) -> str:
    return Fetcher().problem_of(url)


def test_answer_tells_what_is_wrong(site: Site) -> None:
    for path, expected in (
        ("200", ""), ("204", ""), ("404", Problem.GONE), ("410", Problem.GONE), ("500", Problem.SERVER),
        ("503", Problem.SERVER), ("403", Problem.CLOSED), ("429", Problem.CLOSED), ("999", Problem.CLOSED),
        ("304", ""), ("to//200", ""), ("to//404", Problem.GONE), ("round", Problem.LOOP),
        ("to/ftp://example.org/", Problem.INVALID), ("to/http://[", Problem.INVALID), ("vår sida?q=å#del", ""),
    ):  # fmt: skip
        assert problem(f"{site.url}/{path}") == expected, path


def test_endless_redirect_ends_after_six_requests(site: Site) -> None:
    problem(f"{site.url}/round")
    assert len(site.asked) == fetching.MOST_REDIRECTS + 1


def test_large_page_is_not_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    received = []
    recv_into = socket.socket.recv_into

    def counted(self: socket.socket, *args: Any) -> int:
        received.append(recv_into(self, *args))
        return received[-1]

    monkeypatch.setattr(socket.socket, "recv_into", counted)
    assert fetching.request(f"{site.url}/large") == (200, "")
    assert sum(received) < 2**17


@pytest.mark.parametrize("path", ["silent", "drip"])
def test_server_that_never_answers_is_left(site: Site, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.1 if path == "silent" else 5)
    monkeypatch.setattr(fetching, "LIMIT", 0.1)
    fetcher = Fetcher()
    assert fetcher.problem_of(f"{site.url}/{path}") == Problem.SILENT
    assert fetcher.has_reached
    fetcher.problem_of(f"{site.url}/{path}")
    asked = len(site.asked)
    assert fetcher.problem_of(f"{site.url}/200") == Problem.SILENT
    assert len(site.asked) == asked  # a host that has twice not answered is asked no more


def test_refused_connection_is_silence(site: Site, settings: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        settings.LINK_CHECK_TEST_SERVERS = [("127.0.0.1", port)]
        fetcher = Fetcher()
        assert fetcher.problem_of(f"http://127.0.0.1:{port}/") == Problem.SILENT
    assert not fetcher.has_reached


PRIVATE = [
    "http://127.0.0.2/", "http://localhost:1/", "http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "http://100.64.0.1/", "http://224.0.0.1/",
    "http://240.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://[fe80::1]/",
    "http://[fc00::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://[::]/", "http://[ff02::1]/", "https://user@127.0.0.1/",
]  # fmt: skip


def test_internal_address_is_never_connected_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: tried.append(args))
    for url in PRIVATE:
        assert problem(url) == Problem.INTERNAL, url
    assert tried == []


def test_redirect_to_internal_address_is_refused(site: Site) -> None:
    with website() as inside:  # on the same machine, and not allowed
        for target in (inside.url, "http://169.254.169.254/", "//127.0.0.1/", f"http://localhost:{inside.port}/"):
            assert problem(f"{site.url}/to/{target}") == Problem.INTERNAL
    assert inside.asked == []


def test_second_answer_of_the_name_server_has_no_effect(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is resolved once for a request, and the connection made to the address that was checked."""
    answers = iter([site.port])

    def resolve(host: str, port: int, **kwargs: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", next(answers)))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    connected: list[Any] = []
    monkeypatch.setattr(fetching, "connect", lambda addresses: connected.extend(addresses) or socket.socket())
    fetching.request(f"http://example.org:{site.port}/200")
    assert connected == [("127.0.0.1", site.port)]  # an address and no name: nothing is left to resolve


def test_host_with_one_internal_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, 1, 6, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert problem("http://example.org/") == Problem.INTERNAL


@pytest.mark.parametrize(
    "url", ["http://", "http://[", "https://a..b/", "http://example.org:99999/", "ftp://example.org/", "http://a b/"]
)
def test_misspelt_address_is_invalid(url: str) -> None:
    assert problem(url) == Problem.INVALID


def test_host_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def resolve(host: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert problem("https://říčany.invalid/") == Problem.NO_HOST
    assert asked == ["xn--any-qma4n3r.invalid"]


def test_public_addresses_of_both_kinds_are_allowed() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    assert not is_public("2001:0:4136:e378:8000:63bf:3fff:fdd2")  # Teredo: an address of IPv4 inside


def test_two_requests_to_a_host_are_apart(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(fetching, "PAUSE", 1000)
    monkeypatch.setattr(fetching.time, "sleep", waits.append)
    fetcher = Fetcher()
    for _ in range(4):
        fetcher.problem_of(f"{site.url}/200")
    assert len(site.asked) == 4
    assert waits[0] == 0
    assert all(900 < wait <= 1000 for wait in waits[1:])


def test_invalid_certificate_is_told(site: Site, settings: Any, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), 1, datetime(2020, 1, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)
    ).sign(key, hashes.SHA256())
    encoding, file = serialization.Encoding.PEM, tmp_path / "own.pem"
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(encoding))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with website(context) as server:
        settings.LINK_CHECK_TEST_SERVERS = [("127.0.0.1", server.port)]
        fetcher = Fetcher()
        assert fetcher.problem_of(f"https://127.0.0.1:{server.port}/200") == Problem.CERTIFICATE
    assert fetcher.has_reached
