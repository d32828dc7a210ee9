"""The city's own logins in a real browser, which sends no session with what another site posts."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.accounts.conftest import PASSWORD
from tests.accounts.saml_keys import running
from tests.accounts.test_city_login import issuer
from tests.browser.conftest import ROOT, free_port, own_database, start, stop
from tests.browser.test_login import is_barrier_free, log_out, on_the_desk

__all__ = ["issuer"]  # a fixture

ACCOUNT = f"""
from django.contrib.auth.models import User
User.objects.create_superuser("robin", email="robin@molndal.example", password="{PASSWORD}")
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[str]:
    """A site that was started with both logins in its environment. They are on localhost, it is on 127.0.0.1."""
    folder, data_dir, port = tmp_path_factory.mktemp("provider"), tmp_path_factory.mktemp("site"), free_port()
    site = f"http://127.0.0.1:{port}"
    with running(free_port(), folder) as provider, own_database() as database_url:
        (folder / "provider.xml").write_bytes(requests.get(f"{provider}/metadata", timeout=10).content)
        process, _ = start(
            data_dir,
            database_url,
            port,
            OIDC_ISSUER=issuer,
            OIDC_CLIENT_ID="site",
            OIDC_CLIENT_SECRET="s",
            SAML_METADATA_FILE=str(folder / "provider.xml"),
            SAML_NAME="Stadens SAML",
        )
        try:
            (folder / "site.xml").write_bytes(requests.get(f"{site}/konto/saml/metadata/", timeout=20).content)
            environment = os.environ | {"DATA_DIR": str(data_dir), "DATABASE_URL": database_url}
            subprocess.run([sys.executable, "manage.py", "shell", "-c", ACCOUNT], cwd=ROOT, env=environment, check=True)
            yield site
        finally:
            stop(process)


def test_saml(url: str, page: Page) -> None:
    page.goto(f"{url}/admin/pages/page/")
    is_barrier_free(page)
    page.get_by_role("link", name="Stadens SAML").click()
    assert page.url.startswith("http://localhost:")
    page.get_by_role("button", name="robin", exact=True).click()
    page.wait_for_url(f"{url}/admin/pages/page/")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(url)}
    assert "saml" not in cookies
    assert (cookies["sessionid"]["httpOnly"], cookies["sessionid"]["sameSite"]) == (True, "Lax")
    page.goto(f"{url}/admin/")
    on_the_desk(page)
    log_out(page)
    page.get_by_role("link", name="Stadens SAML").click()
    page.get_by_role("button", name="robin", exact=True).click()
    on_the_desk(page)


def test_openid_connect(url: str, issuer: str, page: Page) -> None:
    # The provider's own page wants an icon and a style sheet from elsewhere.
    ours = (url, f"{issuer}/oauth2/")
    page.route(lambda address: not address.startswith(ours), lambda route: route.fulfill(body=""))
    page.goto(f"{url}/admin/pages/page/")
    page.get_by_role("link", name="Mölndals stads inloggning").click()
    assert page.url.startswith("http://localhost:")
    page.locator("[name=sub]").first.fill("robin")
    page.get_by_role("button", name="Authorize").first.click()
    page.wait_for_url(f"{url}/admin/pages/page/")
    page.goto(f"{url}/admin/")
    on_the_desk(page)


def test_who_has_no_account_is_told_so(url: str, chromium: Browser) -> None:
    page = chromium.new_page()  # an answer of 403 is logged as an error by the browser
    page.goto(f"{url}/konto/saml/")
    page.get_by_role("button", name="stranger").click()
    expect(page.get_by_role("heading", name="Du har inget konto här")).to_be_visible()
    assert page.url == f"{url}/konto/saml/klar/"
    page.reload()
    expect(page.get_by_role("heading", name="Inloggningen blev inte av")).to_be_visible()
    is_barrier_free(page)
    page.close()
