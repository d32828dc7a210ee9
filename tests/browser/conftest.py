"""A real server process, started as `make run` starts it, and a real Chromium."""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.servers import ROOT, free_port, start, stop
from tests.template import Template

expect.set_options(timeout=30_000)  # on a busy machine
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


@dataclass
class Site:
    """A running site: its address, what the first start printed, where its data is, and the sessions of accounts."""

    url: str
    output: str
    data_dir: Path
    database_url: str
    cookies: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    @property
    def password(self) -> str:
        found = re.search(r"Lösenord: +(\S+)", self.output)
        assert found
        return found[1]


@pytest.fixture(scope="session")
def site(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One running site for each test worker."""
    data_dir, port = tmp_path_factory.mktemp("site"), free_port()
    with template.copied_site(data_dir) as database_url:
        process, _printed = start(data_dir, database_url, port)
        yield Site(f"http://127.0.0.1:{port}", (data_dir / "printed.txt").read_text(), data_dir, database_url)
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


def delete_drafts(site: Site) -> None:
    """What was typed for longer than 20 seconds is a draft, which the next form would show."""
    with closing(sqlite3.connect(site.data_dir / "db.sqlite3")) as database, database:
        database.execute("DELETE FROM editing_draft")


@pytest.fixture(autouse=True)
def _nothing_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close the pages that a test leaves open, and delete their drafts."""
    yield
    if "chromium" not in request.fixturenames:
        return
    for context in request.getfixturevalue("chromium").contexts:
        context.close()
    if "site" in request.fixturenames:
        delete_drafts(request.getfixturevalue("site"))


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


@pytest.fixture
def still(chromium: Browser) -> Iterator[Page]:
    """A page on which nothing moves, so that nothing is measured half way; its CSP lets a test add a style."""
    context = chromium.new_context(reduced_motion="reduce", bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(chromium: Browser) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def log_in(page: Page, site: Site, name: str = "samordnare", password: str = "") -> None:
    """Come to the admin's front, as the first account where no other is named; by an earlier session if it lasts."""
    page.context.add_cookies(site.cookies.get((site.url, name), []))
    page.goto(f"{site.url}/admin/")
    if "/admin/login/" in page.url:
        page.get_by_label("Användarnamn").fill(name)
        page.get_by_label("Lösenord").fill(password or site.password)
        page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("heading", name="Ditt skrivbord")).to_be_visible()
    site.cookies[site.url, name] = page.context.cookies(site.url)


def add_account(page: Page, site: Site, name: str, role: str, **fields: str) -> str:
    """Add an account as an administrator, and choose its password with the link that is shown. Returns the password."""
    password = f"en lång mening om {name}"
    page.goto(f"{site.url}/admin/auth/user/add/")
    for label, text in {"Användarnamn": name, "E-postadress": f"{name}@example.org", **fields}.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("radio", name=re.compile(f"^{role}")).check()
    page.get_by_role("button", name="Spara", exact=True).first.click()
    told = page.locator(".messagelist .warning").inner_text()
    invited = page.context.browser.new_context(locale="sv-SE").new_page()  # type: ignore[union-attr]
    invited.goto(site.url + "/konto/losenord/" + told.partition("/konto/losenord/")[2].strip())
    for number in (1, 2):
        invited.locator(f"#id_new_password{number}").fill(password)
    invited.get_by_role("button", name="Spara lösenordet").click()
    expect(invited.locator(".success")).to_be_visible()
    invited.context.close()
    return password


def screenshot(shown: Page | Locator, name: str) -> None:
    """Take a picture for the handbook, where PICTURES=1 asks for it."""
    if os.environ.get("PICTURES"):
        shown.screenshot(path=ROOT / "docs/images" / f"{name}.png", caret="initial")


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
        """From the menu to a form: its list, then its line."""
        self.page.goto(f"{self.site.url}/admin/")
        self.click(self.page.locator(f'#menu a[href="/admin/{listed}/"]'))
        self.click(self.page.get_by_role("link", name=name, exact=True).first)
        self.page.wait_for_url("**/change/**")

    def reader(self, path: str, shows: str = "", lacks: str = "") -> str:
        """What a browser without a session gets; with or without a text, which may take a second."""
        context = self.page.context.browser.new_context(locale="sv-SE")  # type: ignore[union-attr]
        visited, deadline = context.new_page(), time.monotonic() + 20
        while True:
            visited.goto(f"{self.site.url}{path}")
            text = visited.locator("body").inner_text()
            if shows in text and not (lacks and lacks in text):
                break
            assert time.monotonic() < deadline, f"{path} shows {text}"
            visited.wait_for_timeout(100)
        context.close()
        return text


@pytest.fixture
def walk(page: Page, site: Site, request: pytest.FixtureRequest) -> Iterator[Walk]:
    log_in(page, site)
    walk = Walk(page, site)
    yield walk
    sys.stdout.write(f"\n{request.node.name}: {walk.clicks} clicks, {time.monotonic() - walk.began:.1f} s\n")
