"""Sessions are short, get a new key at every login, and end when the password changes."""

import json
import os
import subprocess
import sys
import time
from typing import Any

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.middleware import LOGGED_IN_AT
from tests.accounts.conftest import LOGIN, PASSWORD, code_of, is_in, try_login
from tests.servers import ROOT

COOKIES = """
import json
from django.conf import settings
print(json.dumps([
    [getattr(settings, f"{kind}_COOKIE_{what}") for what in "NAME SECURE HTTPONLY PATH DOMAIN SAMESITE".split()]
    for kind in ("SESSION", "CSRF")
]), settings.SECOND_FACTOR_REQUIRED)
"""


def test_login_gets_a_new_session_key(client: Client, robin: User, secret: str) -> None:
    """What somebody planted in the browser before, or saw of the first step, opens nothing afterwards."""
    client.get(LOGIN)
    try_login(client, "robin", PASSWORD)
    half = client.session.session_key
    client.post("/konto/andra-steget/", {"code": code_of(secret)})
    assert is_in(client)
    assert client.session.session_key != half
    assert not Session.objects.filter(pk=half).exists()


def test_login_lasts_ten_hours(client: Client, robin: User) -> None:
    try_login(client, "robin", PASSWORD)
    assert client.cookies["sessionid"]["expires"] == "", "it ends with the browser"
    for hours, lasts in ((9.9, True), (10.1, False), (-1, False)):
        session = client.session
        session[LOGGED_IN_AT] = time.time() - hours * 3600
        session.save()
        assert is_in(client) is lasts, hours
        try_login(client, "robin", PASSWORD)


def test_new_password_ends_all_other_sessions(client: Client, robin: User) -> None:
    other, third = Client(), Client()
    for browser in (client, other, third):
        try_login(browser, "robin", PASSWORD)
    new = "en annan lång mening"
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", typed).status_code == 302
    assert [is_in(browser) for browser in (client, other, third)] == [True, False, False]


def test_logging_out_ends_the_session_on_the_server(client: Client, robin: User) -> None:
    try_login(client, "robin", PASSWORD)
    stolen = Client()
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(stolen)
    client.post("/admin/logout/")
    assert not is_in(stolen)


def test_cookies_are_host_only_in_production(tmp_path: Any) -> None:
    environment = os.environ | {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "abcde" * 12,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "ALLOWED_HOSTS": "example.org",
        "SITE_URL": "https://example.org",
        "TRUSTED_PROXY_COUNT": "1",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "molndal_intl.settings",
    }
    told = subprocess.run([sys.executable, "-c", COOKIES], cwd=ROOT, env=environment, capture_output=True, check=True)
    cookies, second_factor = told.stdout.decode().rsplit(" ", 1)
    assert json.loads(cookies) == [
        ["__Host-sessionid", True, True, "/", None, "Lax"],
        ["__Host-csrftoken", True, True, "/", None, "Lax"],
    ]
    assert second_factor.strip() == "True"


def test_public_page_has_no_cookie(client: Client, robin: User, fronts: Any) -> None:
    for varies in (False, True):  # who is logged in gets a link to the form
        answer = client.get("/")
        assert not answer.cookies
        assert ("Cookie" in answer.headers.get("Vary", "")) is varies
        try_login(client, "robin", PASSWORD)
