"""Links with which users choose a password themselves: an invitation, or a forgotten password. Django's own tokens."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.decorators import rate_limit
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from accounts.audit import record
from accounts.backends import users_with_email
from accounts.models import LoginRecord
from publishing.city import names

logger = logging.getLogger(__name__)
# Seconds between two letters about a forgotten password to the same account.
PAUSE = 300


def password_link(user: User) -> str:
    """Return a URL for choosing a password. It works once, within PASSWORD_RESET_TIMEOUT."""
    key = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    return settings.SITE_URL + reverse("choose_password", args=key)


def send_link(user: User) -> None:
    """Write to a user who is new or has forgotten the password. Raises SMTPException and OSError."""
    is_new = user.last_login is None and not user.has_usable_password()
    our = names()
    subject = _("Your account for %(site)s") % our if is_new else _("Choose a new password")
    context = {
        "user": user,
        "our": our,
        "is_new": is_new,
        "link": password_link(user),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    EmailMessage(subject, render_to_string("accounts/link.txt", context), to=[user.email]).send()


def may_choose(user: User) -> bool:
    """Whether a user may log in with a password. False for closed accounts and for those of the city's own login."""
    return user.is_active and user.is_staff and not SocialAccount.objects.filter(user=user).exists()


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Your email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


@method_decorator(rate_limit(action="forgotten"), name="dispatch")
class ForgottenPassword(FormView):
    """Send a link if an account has the address. The response is the same whether or not one has it."""

    form_class = ForgottenForm
    template_name = "accounts/forgotten.html"
    success_url = reverse_lazy("account_login")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, can_send=bool(settings.EMAIL_HOST))

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        if not settings.EMAIL_HOST:
            return self.form_invalid(form)
        try:
            with get_connection():  # for unknown addresses too, so that an error does not reveal accounts
                pass
        except (SMTPException, OSError):
            form.add_error(None, _("The email could not be sent just now. Try again in a while."))
            return self.form_invalid(form)
        for user in users_with_email(form.cleaned_data["email"]):
            if may_choose(user) and cache.add(pause := f"password-link-{user.pk}", 1, PAUSE):
                try:
                    send_link(user)
                except (SMTPException, OSError):  # not shown, as it would reveal that the account exists
                    logger.exception("A link to choose a password was not sent to account %d", user.pk)
                    cache.delete(pause)
        messages.success(
            self.request,
            _("If the address has an account, you will soon get an email with a link. Look in your spam folder too."),
        )
        return super().form_valid(form)


class ChoosePassword(PasswordResetConfirmView):
    template_name = "accounts/choose_password.html"
    success_url = reverse_lazy("account_login")

    def get_user(self, uidb64: str) -> Any:
        user = super().get_user(uidb64)
        return user if user and may_choose(user) else None

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        record(self.request, LoginRecord.Outcome.PASSWORD_CHOSEN, self.user)
        messages.success(self.request, _("The password is set. Log in with it."))
        return response
