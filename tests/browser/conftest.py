"""A real server process, started as `make run` starts it, and a real Chromium."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
# The databases that this run of the suite has. SQLite is always there.
SUITE = os.environ.get("DATABASE_URL", "")
DATABASES = ["postgresql", "sqlite"] if SUITE.startswith("postgres") else ["sqlite"]
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

# What a proxy says that took the request over HTTPS. A local run does not listen.
PROXY = {"X-Forwarded-Proto": "https"}

# So that there is an address that says so.
DELETE_A_PAGE = """
from django.utils import timezone
from pages.models import Page
Page.objects.create(title_sv="Borttagen", slug="borttagen", published_at=timezone.now()).delete()
"""


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Site:
    """A running site: its address, what the first start printed, and where its data is."""

    url: str
    output: str
    data_dir: Path
    database_url: str

    @property
    def password(self) -> str:
        found = re.search(r"Password: (\S+)", self.output)
        assert found
        return found[1]


@contextmanager
def own_database(kind: str = DATABASES[0]) -> Iterator[str]:
    """The URL of a new PostgreSQL database, dropped at the end; empty for SQLite, whose file is in the data folder."""
    if kind == "sqlite":
        yield ""
        return
    name = f"molndal_intl_{uuid4().hex}"
    with psycopg.connect(SUITE, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            # Not urlunsplit: it takes the empty host out of postgres:///name.
            yield f"postgres://{urlsplit(SUITE).netloc}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url() -> Iterator[str]:
    """A database for a site that a test starts itself."""
    with own_database() as url:
        yield url


def start(data_dir: Path, database_url: str, port: int, **environment: str) -> tuple["subprocess.Popen[bytes]", Path]:
    """Start the site as `make run` does and wait until it answers. Returns it and the file of what it prints."""
    environment = (
        os.environ | {"DATA_DIR": str(data_dir), "PORT": str(port), "DATABASE_URL": database_url} | environment
    )
    printed = data_dir / f"printed-{port}.txt"
    with printed.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "molndal_intl.serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that a test can kill all of its processes at once
        )
    why, until = None, time.monotonic() + 240  # a machine that does much else starts it slowly
    while time.monotonic() < until:
        assert process.poll() is None, printed.read_text()
        try:
            with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/", headers=PROXY), timeout=20):
                return process, printed
        except OSError as error:
            why = error
            time.sleep(0.1)
    raise AssertionError(f"{why!r}\n{printed.read_text()}")


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = free_port()
    data_dir = tmp_path_factory.mktemp("site")
    with own_database() as database_url:
        process, printed = start(data_dir, database_url, port)
        environment = os.environ | {"DATA_DIR": str(data_dir), "DATABASE_URL": database_url}
        shell = [sys.executable, "manage.py", "shell", "-c", DELETE_A_PAGE]
        subprocess.run(shell, cwd=ROOT, env=environment, check=True)
        yield Site(f"http://127.0.0.1:{port}", printed.read_text(), data_dir, database_url)
        stop(process)


@contextmanager
def launched() -> Iterator[Browser]:
    path = subprocess.run([ROOT / "tools/chromium"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path.strip(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


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


def log_in(page: Page, site: Site, name: str = "samordnare", password: str = "") -> None:
    """Come to the admin's front, as the first account where no other is named."""
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Användarnamn").fill(name)
    page.get_by_label("Lösenord").fill(password or site.password)
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("heading", name="Ditt skrivbord")).to_be_visible()


@dataclass
class Walk:
    """A logged-in coordinator who counts her clicks."""

    page: Page
    site: Site
    clicks: int = 0
    began: float = field(default_factory=time.monotonic)

    def click(self, target: Locator | str) -> None:
        self.clicks += 1
        if isinstance(target, str):
            target = self.page.get_by_role("button", name=target, exact=True).first
        target.click()

    def open(self, listed: str, name: str) -> None:
        """From the desk to a form: its list, then its line."""
        self.page.goto(f"{self.site.url}/admin/")
        self.click(self.page.locator(f'#content a[href="/admin/{listed}/"]').first)
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def reader(self, path: str) -> str:
        """What a visitor's browser, which knows nobody, gets."""
        context = self.page.context.browser.new_context(locale="sv-SE")  # type: ignore[union-attr]
        visited = context.new_page()
        visited.goto(f"{self.site.url}{path}")
        text = visited.locator("body").inner_text()
        context.close()
        return text


@pytest.fixture
def walk(page: Page, site: Site, request: pytest.FixtureRequest) -> Iterator[Walk]:
    log_in(page, site)
    walk = Walk(page, site)
    yield walk
    sys.stdout.write(f"\n{request.node.name}: {walk.clicks} clicks, {time.monotonic() - walk.began:.1f} s\n")
