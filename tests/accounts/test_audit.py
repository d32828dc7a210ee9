"""The log of logins: what it holds, that nobody changes it, and for how long it is kept."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.audit import forget_old
from accounts.models import LoginRecord
from dashboard.person import erase, export
from tests.accounts.conftest import PASSWORD, code_of, try_login


def log() -> list[tuple[str, str, str]]:
    """Oldest first: who, what, how."""
    return [(r.user.username if r.user else "", r.outcome, r.method) for r in reversed(LoginRecord.objects.all())]


def test_every_try_is_logged(client: Client, robin: User, secret: str) -> None:
    try_login(client, "robin", "fel")
    try_login(client, "okänd", "fel")
    try_login(client, "robin", PASSWORD)
    client.post("/konto/andra-steget/", {"code": "abc"})
    client.post("/konto/andra-steget/", {"code": code_of(secret)})
    client.post("/admin/logout/")
    assert log() == [
        ("", "failed", ""),
        ("", "failed", ""),
        ("robin", "failed_second", "totp"),
        ("robin", "succeeded", "password, mfa: totp"),
        ("robin", "logged_out", ""),
    ]
    for _ in range(6):
        try_login(client, "robin", "fel", "198.51.100.7")
    assert log()[-1] == ("", "held", "")


def test_log_stores_hashes_only(client: Client, robin: User) -> None:
    try_login(client, "robin", "fel", "192.0.2.1")
    try_login(client, "ROBIN", "fel", "192.0.2.2")
    try_login(client, "mitt hemliga lösenord", "fel", "192.0.2.2")
    stored = str(list(LoginRecord.objects.values()))
    assert not any(secret in stored for secret in ("robin", "ROBIN", "192.0.2", "hemliga"))
    third, second, first = LoginRecord.objects.all()
    assert first.name_digest == second.name_digest != third.name_digest
    assert first.sender_digest != second.sender_digest == third.sender_digest


def test_nightly_command_deletes_after_half_a_year(robin: User) -> None:
    now = timezone.now()
    for days in (1, 179, 181, 400):
        LoginRecord.objects.create(user=robin, outcome="failed", at=now - timedelta(days=days))
    call_command("nightly", dry_run=True)
    assert LoginRecord.objects.count() == 4
    assert forget_old(dry_run=False) == "2 uppgifter om inloggningar är borttagna"
    assert {(now - record.at).days for record in LoginRecord.objects.all()} == {1, 179}


def test_log_is_exported_and_pseudonymised(client: Client, robin: User, secret: str) -> None:
    try_login(client, "robin", PASSWORD)
    client.post("/konto/andra-steget/", {"code": code_of(secret)})
    given = export(["robin"])
    assert len(given["accounts.loginrecord"]) == 1
    assert all("data" not in row for row in given["mfa.authenticator"]), "secrets are handed to nobody"
    erase(["robin"])
    assert "mfa.authenticator" not in export(["robin", f"borttagen-{robin.pk}"])
    assert log() == [(f"borttagen-{robin.pk}", "succeeded", "password, mfa: totp")]
