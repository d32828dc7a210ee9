"""A real server process, started as `make run` starts it, and a real Chromium."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
# As root there is no sandbox, and without these Chromium talks to hosts of its own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Site:
    """A running site: its address, and what the first start printed."""

    url: str
    output: str

    @property
    def password(self) -> str:
        found = re.search(r"Password: (\S+)", self.output)
        assert found
        return found[1]


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A PostgreSQL database of this run's own where the suite runs on PostgreSQL; empty for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield ""
        return
    name = f"molndal_intl_site_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            # Not urlunsplit: it takes the empty host out of postgres:///name.
            yield f"postgres://{urlsplit(url).netloc}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def start(data_dir: Path, database_url: str, port: int) -> tuple["subprocess.Popen[bytes]", Path]:
    """Start the site as `make run` does and wait until it answers. Returns it and the file of what it prints."""
    environment = os.environ | {"DATA_DIR": str(data_dir), "PORT": str(port), "DATABASE_URL": database_url}
    printed = data_dir / f"printed-{port}.txt"
    with printed.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "molndal_intl.serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    for _ in range(600):
        assert process.poll() is None, printed.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return process, printed
        except OSError:
            time.sleep(0.1)
    raise AssertionError(printed.read_text())


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Site]:
    port = free_port()
    process, printed = start(tmp_path_factory.mktemp("site"), database_url, port)
    yield Site(f"http://127.0.0.1:{port}", printed.read_text())
    stop(process)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = subprocess.run([ROOT / "tools/chromium"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path.strip(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A reader's page. The test fails if it logs an error, a CSP violation among them."""
    context = chromium.new_context(locale="sv-SE", timezone_id="Europe/Stockholm")
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
