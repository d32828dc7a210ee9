"""The log of logins, written by signals."""

import hmac
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.middleware import LOGGED_IN_AT, SECOND_FACTOR
from accounts.models import LoginRecord, Remembered

# docs/security.md, 12.
KEPT_FOR = timedelta(days=180)


def keyed_hash(text: str) -> str:
    """A hash that cannot be made without the site's key. Empty for an empty text."""
    message = f"accounts.login\n{text.casefold()}".encode("utf-8", "replace")
    return hmac.digest(settings.SECRET_KEY.encode(), message, "sha256").hex()[:16] if text else ""


def methods(request: HttpRequest, user: User) -> str:
    """How a user has logged in ("password, mfa: totp")."""
    records = get_authentication_records(request, user)
    found = [": ".join(filter(None, [one["method"], one.get("type") or one.get("provider")])) for one in records]
    return ", ".join(dict.fromkeys(found))[:60]


def record(request: HttpRequest | None, outcome: str, user: User | None = None, name: str = "", how: str = "") -> None:
    LoginRecord.objects.create(
        user=user,
        outcome=outcome,
        method=how,
        name_digest=keyed_hash(user.get_username() if user else name),
        sender_digest=get_adapter().get_client_ip(request) if request and request.META.get("REMOTE_ADDR") else "",
    )


@receiver(user_logged_in)
def logged_in(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is None or not hasattr(request, "session"):
        return
    request.session[LOGGED_IN_AT] = timezone.now().timestamp()
    how = methods(request, user)
    request.session[SECOND_FACTOR] = "mfa" in how
    record(request, LoginRecord.Outcome.SUCCEEDED, user, how=how)


@receiver(user_logged_out)
def logged_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user:
        record(request, LoginRecord.Outcome.LOGGED_OUT, user)


@receiver(authentication_failed)
def second_factor_failed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    record(request, LoginRecord.Outcome.FAILED_SECOND, user, how=authenticator.type)


@receiver(authenticator_added)
def second_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """The session that has just shown the new factor has passed it; others have not, and must log in again."""
    request.session[SECOND_FACTOR] = True
    record(request, LoginRecord.Outcome.FACTOR_ADDED, user, how=authenticator.type)


@receiver(authenticator_removed)
def second_factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    record(request, LoginRecord.Outcome.FACTOR_REMOVED, user, how=authenticator.type)


def forget_factors(request: HttpRequest, user: User) -> bool:
    """Delete an account's authenticator app, keys and recovery codes. Returns whether it had any."""
    deleted = Authenticator.objects.filter(user=user).delete()[0] > 0
    if deleted:
        record(request, LoginRecord.Outcome.FACTOR_REMOVED, user, how="admin")
    return deleted


def forget_old(dry_run: bool) -> str:
    """Delete old records and expired tries (a step of the nightly command)."""
    old = LoginRecord.objects.filter(at__lt=timezone.now() - KEPT_FOR)
    if dry_run:
        return f"{old.count()} uppgifter om inloggningar skulle tas bort"
    Remembered.objects.filter(expires__lt=timezone.now()).delete()
    return f"{old.delete()[0]} uppgifter om inloggningar är borttagna"
