"""Who gets in: what allauth asks us about accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip, truncate_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.audit import digest, record
from accounts.backends import same_email
from accounts.models import LoginRecord

WRONG = _("Namnet eller lösenordet är fel.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made in the admin only; tries are counted by account and address together."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": _("För många försök härifrån. Vänta en kvart och försök igen."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether to redirect to an address that somebody sent; never to a malformed one, which allauth fails on."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """A digest of the client's address (of an IPv6 address, its network): enough to count, and no one's address.

        A request that did not pass all our proxies is taken by its connection, not refused.
        """
        try:
            address = super().get_client_ip(request)
        except ImproperlyConfigured:
            address = str(request.META["REMOTE_ADDR"])
        return digest(truncate_ip(address))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Account and address together: whoever tries from elsewhere does not lock the right person out."""
        return f"{get_ip(request)} {super()._get_login_attempts_cache_key(request, **credentials)}"

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """A closed account is told what an unknown one is."""
        messages.error(request, WRONG)
        return HttpResponseRedirect(reverse("account_login"))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            record(request, LoginRecord.Outcome.RATE_LIMITED, name=name_of(credentials))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        record(request, LoginRecord.Outcome.FAILED, name=name_of(credentials))


def name_of(credentials: dict[str, Any]) -> str:
    """What was typed as the name."""
    return str(credentials.get("username") or credentials.get("email") or "")


class CityLoginAdapter(DefaultSocialAccountAdapter):
    """The city's own login says who somebody is; who may come in is told by the accounts in the admin."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account by the identity of an earlier login, or else by an address that the login has verified."""
        to_log_in = sociallogin.state.get("process") == AuthProcess.LOGIN  # and not to tie an identity to a session
        if to_log_in and not sociallogin.is_existing:
            verified = [address.email for address in sociallogin.email_addresses if address.verified]
            staff = User.objects.filter(is_active=True, is_staff=True).exclude(email="")
            found = [user for user in staff if any(same_email(user.email, address) for address in verified)]
            if len(found) == 1:
                sociallogin.connect(request, found[0])
        user = sociallogin.user
        if not (to_log_in and sociallogin.is_existing and user.is_active and user.is_staff):
            record(request, LoginRecord.Outcome.REFUSED, name=user.email, how=sociallogin.account.provider)
            raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", status=403))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names the site in authenticator apps and in the list of passkeys."""

    def get_totp_issuer(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()
