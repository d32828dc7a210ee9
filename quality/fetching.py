"""Ask other websites whether a page is there. Nothing but public addresses of the internet is ever connected to.

A host's name is resolved once for each request, all its addresses are checked, and the connection is made to one of
them, so that a second answer of the name server (DNS rebinding) has no effect. Every redirect is a request of its own.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from threading import Timer
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

from quality.models import Problem

TIMEOUT = 10.0  # seconds to connect, and without a word
LIMIT = 30.0  # seconds for a request as a whole: a server may send a letter at a time
PAUSE = 0.5  # seconds between two requests to a host
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
HEADERS = {"User-Agent": f"link check (+{settings.SITE_URL})", "Accept": "*/*", "Connection": "close"}
# The addresses of IPv6 that are given out, less those that lead to an address of IPv4 inside them.
IPV6 = ipaddress.ip_network("2000::/3")


class LinkError(Exception):
    """A link that does not lead to a page."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def is_public(address: str) -> bool:
    """Whether it is an address of the internet: not private, loopback, link-local, reserved or multicast."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in IPV6 and ip.is_global and not ip.sixtofour and not ip.teredo
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def addresses_of(host: str, port: int) -> list[tuple[str, int]]:
    """The addresses of a host. Raises LinkError if it has none, or one that is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise LinkError(Problem.INVALID) from error
    except socket.gaierror as error:
        raise LinkError(Problem.SILENT if error.errno == socket.EAI_AGAIN else Problem.NO_HOST) from error
    addresses = list(dict.fromkeys((str(sockaddr[0]), port) for *_rest, sockaddr in found))
    # Set by tests alone, to ask a server of their own: ("127.0.0.1", 8001).
    allowed = getattr(settings, "LINK_CHECK_TEST_SERVERS", ())
    if not all(address in allowed or is_public(address[0]) for address in addresses):
        raise LinkError(Problem.INTERNAL)
    return addresses


def connect(addresses: list[tuple[str, int]]) -> socket.socket:
    """A connection to the first of these addresses that answers. Raises LinkError."""
    for address in addresses[:4]:
        with suppress(OSError):
            return socket.create_connection(address, TIMEOUT)
    raise LinkError(Problem.SILENT)


@contextmanager
def cut_off(sock: socket.socket) -> Iterator[socket.socket]:
    """Close a connection after LIMIT seconds."""
    copy = sock.dup()

    def close() -> None:
        with suppress(OSError):  # closed already
            copy.shutdown(socket.SHUT_RDWR)

    timer = Timer(LIMIT, close)
    timer.daemon = True
    timer.start()
    try:
        yield sock
    finally:
        timer.cancel()
        timer.join()
        copy.close()


def split(url: str) -> tuple[str, str, int, str]:
    """Scheme, host in ASCII, port, and path with query. Raises LinkError."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError) as error:  # UnicodeError is a ValueError
        raise LinkError(Problem.INVALID) from error
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        raise LinkError(Problem.INVALID)
    return parts.scheme, host, port, iri_to_uri(f"{parts.path or '/'}{parts.query and f'?{parts.query}'}")


def request(url: str) -> tuple[int, str]:
    """The status of an answer, 0 where there is none, and where it redirects to. The body is not read.

    Raises LinkError where no connection can be made.
    """
    scheme, host, port, path = split(url)
    addresses = addresses_of(host, port)
    shown = f"[{host}]" if ":" in host else host
    headers = HEADERS | {"Host": shown if port == PORTS[scheme] else f"{shown}:{port}"}
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    with closing(connection), cut_off(connect(addresses)) as sock:
        try:
            tls = ssl.create_default_context()
            connection.sock = tls.wrap_socket(sock, server_hostname=host) if scheme == "https" else sock
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers.get("Location", "")
        except ssl.SSLCertVerificationError as error:
            raise LinkError(Problem.CERTIFICATE) from error
        except (OSError, ValueError, http.client.HTTPException):
            return 0, ""


class Fetcher:
    """Asks one address after the other: a host at most twice a second, and no more once it has twice not answered."""

    def __init__(self) -> None:
        self.asked_at: dict[str, float] = {}
        self.unanswered: Counter[str] = Counter()
        self.has_reached = False

    def ask(self, url: str) -> tuple[int, str]:
        host = split(url)[1]
        if self.unanswered[host] >= 2:
            raise LinkError(Problem.SILENT)
        time.sleep(max(0.0, self.asked_at.get(host, -PAUSE) + PAUSE - time.monotonic()))
        self.asked_at[host] = time.monotonic()
        status, location = request(url)
        self.has_reached = True
        self.unanswered[host] += status == 0
        return status, location

    def problem_of(self, url: str) -> str:
        """What is wrong with an address; "" if it leads to a page."""
        try:
            for _redirect in range(MOST_REDIRECTS + 1):
                status, location = self.ask(url)
                if not (300 <= status < 400 and location):
                    return problem_of_status(status)
                url = urljoin(url, location)
        except LinkError as error:
            if error.problem == Problem.SILENT:
                self.unanswered[split(url)[1]] += 1
            self.has_reached |= error.problem == Problem.CERTIFICATE
            return error.problem
        except ValueError:  # a redirect to what is no address
            return Problem.INVALID
        return Problem.LOOP


def problem_of_status(status: int) -> str:
    if status in {404, 410}:
        return Problem.GONE
    if status == 0:
        return Problem.SILENT
    if status >= 400:
        return Problem.SERVER if 500 <= status < 600 else Problem.CLOSED
    return ""
