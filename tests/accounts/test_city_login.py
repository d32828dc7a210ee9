"""Logging in through the city's identity provider: a real one on this machine, spoken to over HTTP."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import LoginRecord
from tests.accounts.conftest import activate_app, is_in
from tests.servers import free_port, serving

START = "/konto/stad/login/"
PEOPLE = [
    {"sub": "robin", "email": "robin@MOLNDAL.example", "email_verified": True},
    {"sub": "unsure", "email": "robin@molndal.example", "email_verified": False},
    {"sub": "stranger", "email": "okand@molndal.example", "email_verified": True},
    {"sub": "nameless"},
    {"sub": "lookalike", "email": "rob\u0131n@molndal.example", "email_verified": True},
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of an identity provider in a process of its own."""
    port = free_port()
    people = [f"--user-claims={json.dumps(person)}" for person in PEOPLE]
    url = f"http://localhost:{port}"
    with serving(f"{url}/.well-known/openid-configuration", "oidc_provider_mock", f"--port={port}", *people):
        yield url


@pytest.fixture
def city(issuer: str, settings: Any) -> None:
    app = {
        "provider_id": "stad",
        "name": "Staden",
        "client_id": "site",
        "secret": "s",
        "settings": {"server_url": issuer},
    }
    settings.OIDC_ISSUER = issuer
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def come_through(client: Client, sub: str, **answer: str) -> Any:
    """As a browser: to the provider, who one is there, and back with what it says."""
    leads_off = client.get(START, SERVER_NAME="localhost")
    assert leads_off.status_code == 302
    there = requests.post(leads_off.headers["Location"], data={"sub": sub} | answer, allow_redirects=False, timeout=10)
    return client.get(there.headers["Location"].removeprefix("http://localhost"), SERVER_NAME="localhost")


@pytest.mark.usefixtures("city")
def test_city_login_lets_in_users_with_an_account(client: Client, robin: User) -> None:
    assert f'href="{START}"' in client.get("/admin/login/").content.decode()
    assert come_through(client, "robin").headers["Location"] == "/admin/"
    assert is_in(client)
    assert SocialAccount.objects.get().user == robin
    robin.refresh_from_db()
    assert robin.has_usable_password(), "the password stays valid, for a day when the city's login does not answer"
    assert LoginRecord.objects.get().method == "socialaccount: stad"
    robin.email = "nytt@molndal.example"
    robin.save()
    again = Client()
    come_through(again, "robin")
    assert is_in(again), "known by who it is, not by its address"


@pytest.mark.usefixtures("city")
def test_users_without_an_account_are_refused(client: Client, robin: User) -> None:
    for sub in ("unsure", "stranger", "nameless", "lookalike"):
        LoginRecord.objects.all().delete()
        answer = come_through(client, sub)
        assert answer.status_code == 403, sub
        assert "Du har inget konto här" in answer.content.decode()
        assert not is_in(client)
        assert LoginRecord.objects.get().outcome == "refused"
    assert [user.username for user in User.objects.all()] == ["robin"]
    assert not SocialAccount.objects.exists()
    come_through(Client(), "robin")
    for closed in ({"is_active": False, "is_staff": True}, {"is_active": True, "is_staff": False}):
        User.objects.update(**closed)
        assert come_through(client, "robin").status_code == 403, closed
        assert not is_in(client)


@pytest.mark.usefixtures("city", "production")
def test_city_login_asks_for_the_second_step(client: Client, robin: User) -> None:
    come_through(client, "robin")
    assert client.get("/admin/").headers["Location"] == "/konto/"
    activate_app(robin)
    assert come_through(client, "robin").headers["Location"] == "/konto/andra-steget/"
    assert not is_in(client)


@pytest.mark.usefixtures("city")
def test_unrequested_answers_are_refused(client: Client, robin: User) -> None:
    """Another browser's answer, one without a state, one that was cancelled, and one tied to an open session."""
    theirs = Client().get(START, SERVER_NAME="localhost").headers["Location"]
    there = requests.post(theirs, data={"sub": "robin"}, allow_redirects=False, timeout=10)
    for path in (
        there.headers["Location"].removeprefix("http://localhost"),
        re.sub("state=[^&]*", "", there.headers["Location"].removeprefix("http://localhost")),
        f"{START}callback/",
    ):
        answer = client.get(path, SERVER_NAME="localhost")
        assert "Inloggningen blev inte av" in answer.content.decode()
        assert not is_in(client)
    turned = come_through(client, "robin", action="deny")
    assert not is_in(client)
    assert "Inloggningen blev inte av" in turned.content.decode()
    client.force_login(robin)
    for sub in ("stranger", "robin"):
        tied = client.get(f"{START}?process=connect", SERVER_NAME="localhost").headers["Location"]
        there = requests.post(tied, data={"sub": sub}, allow_redirects=False, timeout=10)
        back = there.headers["Location"].removeprefix("http://localhost")
        assert client.get(back, SERVER_NAME="localhost").status_code == 403
        assert not SocialAccount.objects.exists()


def test_without_an_issuer_there_is_no_city_login(client: Client, db: None) -> None:
    assert START not in client.get("/admin/login/").content.decode()
    assert client.get(START).status_code == 404
    assert client.get(f"{START}callback/").status_code == 404
