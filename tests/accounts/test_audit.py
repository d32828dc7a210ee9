"""The log of logins: what it says, that it stays as it is, and for how long."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
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


def test_every_try_is_written_down(client: Client, robin: User, secret: str) -> None:
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
    for _ in range(5):
        try_login(client, "robin", "fel", "198.51.100.7")
    try_login(client, "robin", "fel", "198.51.100.7")
    assert log()[-1] == ("", "held", "")


def test_login_log_stores_digests_only(client: Client, robin: User) -> None:
    try_login(client, "robin", "fel", "192.0.2.1")
    try_login(client, "ROBIN", "fel", "192.0.2.2")
    try_login(client, "mitt hemliga lösenord", "fel", "192.0.2.2")
    stored = str(list(LoginRecord.objects.values()))
    assert not any(secret in stored for secret in ("robin", "ROBIN", "192.0.2", "hemliga"))
    third, second, first = LoginRecord.objects.all()
    assert first.name_digest == second.name_digest != third.name_digest
    assert first.sender_digest != second.sender_digest == third.sender_digest


@pytest.mark.parametrize("role", ["Redaktör", "Samordnare", "Administratör", ""])
def test_nobody_changes_the_log_in_the_admin(client: Client, robin: User, role: str) -> None:
    record = LoginRecord.objects.create(user=robin, outcome="failed")
    client.force_login(robin)
    if role:
        robin.is_superuser = False
        robin.save()
        robin.groups.set([Group.objects.get(name=role)])
    address = "/admin/accounts/loginrecord/"
    reads = role in {"Administratör", ""}
    assert client.get(address).status_code == (200 if reads else 403)
    before = list(LoginRecord.objects.filter(pk=record.pk).values())
    for path, typed in (
        ("add/", {"outcome": "succeeded"}),
        (f"{record.pk}/change/", {"outcome": "succeeded"}),
        (f"{record.pk}/delete/", {"post": "yes"}),
        ("", {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"}),
    ):
        client.post(f"{address}{path}", typed)
        assert list(LoginRecord.objects.filter(pk=record.pk).values()) == before, path


def test_what_was_done_by_whom_has_no_address_in_the_admin(client: Client, robin: User) -> None:
    """Django's log of changes, the versions, and secrets of logging in are shown by nobody's form."""
    client.force_login(robin)
    LogEntry.objects.create(
        user=robin, content_type=ContentType.objects.get_for_model(User), object_id="1", action_flag=2
    )
    registered = {model._meta.label for model in admin.site._registry}
    assert not registered & {"admin.LogEntry", "reversion.Revision", "reversion.Version", "mfa.Authenticator"}
    for path in ("admin/logentry/1/delete/", "reversion/version/1/change/", "mfa/authenticator/"):
        assert client.get(f"/admin/{path}").status_code == 404


def test_the_nightly_command_forgets_after_half_a_year(robin: User) -> None:
    now = timezone.now()
    for days in (1, 179, 181, 400):
        LoginRecord.objects.create(user=robin, outcome="failed", at=now - timedelta(days=days))
    call_command("nightly", dry_run=True)
    assert LoginRecord.objects.count() == 4
    assert forget_old(dry_run=False) == "2 records of logins are deleted"
    assert {(now - record.at).days for record in LoginRecord.objects.all()} == {1, 179}


def test_login_log_is_exported_and_pseudonymised(client: Client, robin: User, secret: str) -> None:
    try_login(client, "robin", PASSWORD)
    client.post("/konto/andra-steget/", {"code": code_of(secret)})
    given = export(["robin"])
    assert len(given["accounts.loginrecord"]) == 1
    assert all("data" not in row for row in given["mfa.authenticator"]), "secrets are handed to nobody"
    erase(["robin"])
    assert "mfa.authenticator" not in export(["robin", f"borttagen-{robin.pk}"])
    assert log() == [(f"borttagen-{robin.pk}", "succeeded", "password, mfa: totp")]
