"""The pages that the handbook shows (docs/samordnare.md). PICTURES=1 takes its pictures."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Site, Walk, screenshot

PAGES = {
    "admin-start": "/admin/",
    "admin-lista": "/admin/networks/network/",
    "admin-natverk": "/admin/networks/network/1/change/",
    "admin-nytt-natverk": "/admin/networks/network/add/",
    "admin-avtal": "/admin/twinning/town/3/change/#partnerships-group",
    "admin-tillganglighet": "/admin/accessibility/statement/1/change/",
    "admin-radera": "/admin/networks/focusarea/1/delete/",
    "admin-konton": "/admin/auth/user/add/",
    "admin-aret": "/admin/aret/",
    "admin-lamna-over": "/admin/lamna-over/",
    "admin-oversatt": "/admin/oversatt/?language=de",
    "admin-oversattning": "/admin/oversatt/networks.network/1/de/",
}


def test_pages_of_the_handbook_open(walk: Walk) -> None:
    for name, path in PAGES.items():
        answer = walk.page.goto(walk.site.url + path, wait_until="networkidle")
        assert answer
        assert answer.status == 200, path
        expect(walk.page.get_by_role("heading", level=1)).to_be_visible()
        assert f"images/{name}.png" in (ROOT / "docs/samordnare.md").read_text(), name
        screenshot(walk.page, name)


def test_start_page_and_login_open(page: Page, site: Site) -> None:
    page.goto(site.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    screenshot(page, "start")
    page.goto(f"{site.url}/admin/")
    expect(page.get_by_role("button", name="Logga in", exact=True)).to_be_visible()
    screenshot(page, "admin-logga-in")


def test_remarks_on_a_page_unfold(walk: Walk) -> None:
    walk.page.goto(f"{walk.site.url}/admin/networks/network/2/change/")
    walk.click(walk.page.get_by_text(re.compile("^Att förbättra")))
    expect(walk.page.locator(".remarks li").first).to_be_visible()
    screenshot(walk.page, "admin-forslag")


@pytest.fixture
def answers(site: Site) -> Iterator[None]:
    """A year of answers from readers, gone after the test."""
    env = os.environ | {"DATA_DIR": str(site.data_dir), "DATABASE_URL": site.database_url}
    subprocess.run([sys.executable, "tools/demo", "0", "3000"], cwd=ROOT, env=env, check=True)
    yield
    with closing(sqlite3.connect(site.data_dir / "db.sqlite3")) as database, database:
        database.execute("DELETE FROM feedback_answer")


def test_report_of_a_year_of_answers_opens(answers: None, walk: Walk) -> None:
    walk.page.goto(f"{walk.site.url}/admin/feedback/answer/rapport/")
    expect(walk.page.get_by_role("heading", level=1)).to_have_text("Så tycker läsarna")
    expect(walk.page.locator("svg").first).to_be_visible()
    screenshot(walk.page, "admin-rapport")
