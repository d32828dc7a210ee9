"""Accounts of staff and codes of their authenticator apps, made with allauth's own functions."""

from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import User
from django.test import Client

LOGIN = "/admin/login/"
PASSWORD = "en lång mening om robin"
HALF_MINUTE = 50_000_000  # which one it is, since 1970


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, HALF_MINUTE))


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No code runs out between reading it and posting it."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time", lambda: iter([HALF_MINUTE]))


def try_login(client: Client, name: str, password: str, address: str = "192.0.2.1") -> Any:
    """A post of the login's form from an address."""
    return client.post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address)


def is_in(client: Client) -> bool:
    """Whether this browser sees the dashboard."""
    return client.get("/admin/").status_code == 200


@pytest.fixture
def robin(db: None) -> User:
    return User.objects.create_superuser("robin", email="Robin@molndal.example", password=PASSWORD)


def activate_app(user: User) -> str:
    """Give a user an authenticator app. Returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


@pytest.fixture
def secret(robin: User) -> str:
    """The secret of Robin's app. Robin has recovery codes too."""
    RecoveryCodes.activate(robin)
    return activate_app(robin)


@pytest.fixture
def production(settings: Any) -> None:
    """As outside a local demo."""
    settings.SECOND_FACTOR_REQUIRED = True
