"""The addresses of login and one's own account. Sign-up and reset by e-mail of django-allauth have none."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.middleware import lacks_factor
from accounts.passwords import ChoosePassword, ForgottenPassword


def framed(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """A view with the context of the admin's templates."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            city = (settings.OIDC_NAME, reverse("openid_connect_login", args=["stad"]))
            frame = admin.site.each_context(request) | {
                "is_nav_sidebar_enabled": request.user.is_authenticated and not lacks_factor(request),
                "city_logins": [city] if settings.OIDC_ISSUER else [],
            }
            response.context_data = frame | response.context_data
        return response

    return inner


def counted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view with a throttle. Where it says "too many" as the database cannot count (a full disk), that is an error."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.LOCAL:  # allauth counts by Host, which may name any port
            request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        response = view(request, *args, **kwargs)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS and not cache.add(f"probe-{uuid4()}", 1, 1):
            raise OperationalError("tries to log in cannot be counted")
        return response

    return inner


# Told to a user who cancelled at the city's login.
cancelled = TemplateView.as_view(template_name="socialaccount/authentication_error.html")
# The admin's login.
entrance = [path("login/", counted(framed(account.login)), name="account_login")]
urlpatterns = [
    path("<str:provider_id>/login/", openid_connect.login, name="openid_connect_login"),
    path("<str:provider_id>/login/callback/", openid_connect.callback, name="openid_connect_callback"),
    path("glomt/", counted(framed(ForgottenPassword.as_view())), name="forgotten_password"),
    path("losenord/<uidb64>/<token>/", framed(ChoosePassword.as_view()), name="choose_password"),
    path("avbrutet/", cancelled, name="socialaccount_login_cancelled"),
    path("logga-ut/", require_POST(account.logout), name="account_logout"),
    path("bekrafta/", framed(account.reauthenticate), name="account_reauthenticate"),
    path("andra-steget/", framed(mfa.authenticate), name="mfa_authenticate"),
    path("bekrafta/kod/", framed(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("bekrafta/nyckel/", framed(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("", framed(mfa.index), name="mfa_index"),
    # Its QR code is a picture inside the page.
    path("app/", csp_update({"img-src": ["data:"]})(framed(totp.activate_totp)), name="mfa_activate_totp"),
    path("app/ta-bort/", framed(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("reservkoder/", framed(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("reservkoder/nya/", framed(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("nycklar/", framed(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("nycklar/ny/", framed(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("nycklar/<int:pk>/ta-bort/", framed(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("nycklar/logga-in/", framed(webauthn.login_webauthn), name="mfa_login_webauthn"),
]
