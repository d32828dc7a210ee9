"""Accounts of staff, and what their authenticator apps show."""

from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
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


@pytest.fixture
def secret(robin: User) -> str:
    """Robin has an app, which holds this secret, and recovery codes."""
    secret = generate_totp_secret()
    TOTP.activate(robin, secret)
    RecoveryCodes.activate(robin)
    return secret


@pytest.fixture
def production(settings: Any) -> None:
    """As outside a local demo."""
    settings.SECOND_FACTOR_REQUIRED = True
