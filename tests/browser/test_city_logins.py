"""Login with OpenID Connect in a real browser."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accounts.conftest import PASSWORD
from tests.accounts.test_city_login import issuer
from tests.browser.test_login import is_barrier_free, on_the_desk
from tests.servers import ROOT, free_port, start, stop
from tests.template import Template

__all__ = ["issuer"]  # a fixture

ACCOUNT = f"""
from django.contrib.auth.models import User
User.objects.create_superuser("robin", email="robin@molndal.example", password="{PASSWORD}")
"""


@pytest.fixture(scope="module")
def url(template: Template, tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[str]:
    """A site that was started with the login in its environment. That is on localhost, the site on 127.0.0.1."""
    data_dir, port = tmp_path_factory.mktemp("site"), free_port()
    with template.copied_site(data_dir) as database_url:
        process, _ = start(
            data_dir, database_url, port, OIDC_ISSUER=issuer, OIDC_CLIENT_ID="site", OIDC_CLIENT_SECRET="s"
        )
        try:
            environment = os.environ | {"DATA_DIR": str(data_dir), "DATABASE_URL": database_url}
            subprocess.run([sys.executable, "manage.py", "shell", "-c", ACCOUNT], cwd=ROOT, env=environment, check=True)
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(process)


def test_openid_connect(url: str, issuer: str, page: Page) -> None:
    # The provider's own page wants an icon and a style sheet from elsewhere.
    ours = (url, f"{issuer}/oauth2/")
    page.route(lambda address: not address.startswith(ours), lambda route: route.fulfill(body=""))
    page.goto(f"{url}/admin/pages/page/")
    is_barrier_free(page)
    page.get_by_role("link", name="Inloggning för Mölndals stad").click()
    assert page.url.startswith("http://localhost:")
    page.locator("[name=sub]").first.fill("robin")
    page.get_by_role("button", name="Authorize").first.click()
    page.wait_for_url(f"{url}/admin/pages/page/")
    (session,) = [cookie for cookie in page.context.cookies(url) if cookie["name"] == "sessionid"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Lax")
    page.goto(f"{url}/admin/")
    on_the_desk(page)


def test_login_without_account_is_refused(url: str, issuer: str, chromium: Browser) -> None:
    page = chromium.new_page()  # an answer of 403 is logged as an error by the browser
    page.goto(f"{url}/admin/")
    page.get_by_role("link", name="Inloggning för Mölndals stad").click()
    page.locator("[name=sub]").first.fill("stranger")
    page.get_by_role("button", name="Authorize").first.click()
    expect(page.get_by_role("heading", name="Du har inget konto här")).to_be_visible()
    is_barrier_free(page)
    page.close()
