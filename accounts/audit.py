"""The log of logins: who came in, who tried, when and how."""

import hmac
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal.ratelimit import get_ip
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

# Long enough to look into what is found out late; docs/security.md, 12.
KEPT_FOR = timedelta(days=180)


def digest(what: str) -> str:
    """The same for the same, and of no use without the site's key. Empty for nothing."""
    if not what:
        return ""
    text = f"accounts.login\n{what.casefold()}".encode("utf-8", "replace")
    return hmac.digest(settings.SECRET_KEY.encode(), text, "sha256").hex()[:16]


def methods(request: HttpRequest, user: User) -> str:
    """How somebody came in: what allauth has checked in this session ("password, mfa: totp")."""
    found = [
        ": ".join(filter(None, [r["method"], r.get("type") or r.get("provider")]))
        for r in get_authentication_records(request, user)
    ]
    return ", ".join(dict.fromkeys(found))[:60]


def record(request: HttpRequest | None, outcome: str, user: User | None = None, name: str = "", how: str = "") -> None:
    LoginRecord.objects.create(
        user=user,
        outcome=outcome,
        method=how,
        name_digest=digest(name),
        sender_digest=get_ip(request) if request and request.META.get("REMOTE_ADDR") else "",
    )


@receiver(user_logged_in)
def logged_in(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is None or not hasattr(request, "session"):
        return
    request.session[LOGGED_IN_AT] = timezone.now().timestamp()
    how = methods(request, user)
    request.session[SECOND_FACTOR] = "mfa" in how
    record(request, LoginRecord.Outcome.SUCCEEDED, user, user.get_username(), how)


@receiver(user_logged_out)
def logged_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user:
        record(request, LoginRecord.Outcome.LOGGED_OUT, user, user.get_username())


@receiver(authentication_failed)
def second_factor_failed(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    record(request, LoginRecord.Outcome.FAILED_SECOND, user, user.get_username(), authenticator.type)


@receiver(authenticator_added)
def second_factor_added(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    """The session that has just shown the new factor has passed it; others have not, and must log in again."""
    request.session[SECOND_FACTOR] = True
    record(request, LoginRecord.Outcome.FACTOR_ADDED, user, user.get_username(), authenticator.type)


@receiver(authenticator_removed)
def second_factor_removed(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    record(request, LoginRecord.Outcome.FACTOR_REMOVED, user, user.get_username(), authenticator.type)


def forget_factors(request: HttpRequest, user: User) -> bool:
    """Take the app, the keys and the recovery codes from an account, if it has any. The log tells whose they were."""
    deleted = Authenticator.objects.filter(user=user).delete()[0] > 0
    if deleted:
        record(request, LoginRecord.Outcome.FACTOR_REMOVED, user, user.get_username(), "admin")
    return deleted


def forget_old(dry_run: bool) -> str:
    """What the log has kept for long enough (a step of the nightly command)."""
    old = LoginRecord.objects.filter(at__lt=timezone.now() - KEPT_FOR)
    if not dry_run:
        Remembered.objects.filter(expires__lt=timezone.now()).delete()
    if dry_run:
        return f"{old.count()} records of logins would be deleted"
    return f"{old.delete()[0]} records of logins are deleted"
