"""The adapters of django-allauth: throttling and logging of logins, the city's own login, names of second factors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.audit import keyed_hash, record
from accounts.backends import users_with_email
from accounts.models import LoginRecord
from publishing.clients import address

WRONG = _("The name or the password is wrong.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made in the admin only. Tries are counted by account and address together."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": _("Too many attempts from here. Wait a quarter of an hour and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether to redirect to a posted address; never to a malformed one, which allauth raises ValueError for."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """A hash of the client's address, as allauth stores what it counts by."""
        return keyed_hash(address(request))

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Answer for a closed account as for an unknown one."""
        messages.error(request, WRONG)
        return redirect("account_login")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count by account and address, so that tries from elsewhere do not lock the right person out."""
        name = name_of(credentials)
        try:
            super().pre_authenticate(request, username=f"{self.get_client_ip(request)} {name}")
        except ValidationError:
            record(request, LoginRecord.Outcome.RATE_LIMITED, name=name)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        record(request, LoginRecord.Outcome.FAILED, name=name_of(credentials))


def name_of(credentials: dict[str, Any]) -> str:
    """What was typed as the name."""
    return str(credentials.get("username") or credentials.get("email") or "")


class CityLoginAdapter(DefaultSocialAccountAdapter):
    """The city's own login says who a user is; only accounts made in the admin are let in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account by the identity of an earlier login, or else by an address that the login has verified."""
        is_login = sociallogin.state.get("process") == AuthProcess.LOGIN  # and not to connect an identity to a session
        if is_login and not sociallogin.is_existing:
            addresses = [email.email for email in sociallogin.email_addresses if email.verified]
            found = {user for email in addresses for user in users_with_email(email)}
            allowed = [user for user in found if user.is_active and user.is_staff]
            if len(allowed) == 1:
                sociallogin.connect(request, allowed[0])
        user = sociallogin.user
        if not (is_login and sociallogin.is_existing and user.is_active and user.is_staff):
            record(request, LoginRecord.Outcome.REFUSED, name=user.email, how=sociallogin.account.provider)
            raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", status=403))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names the site and the account in authenticator apps and in the browser's list of passkeys."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.MFA_TOTP_ISSUER}

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()
