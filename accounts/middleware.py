"""Sessions end after a working day, and reach the admin only with a second factor."""

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

LOGGED_IN_AT = "logged_in_at"
SECOND_FACTOR = "second_factor"


def is_spent(request: HttpRequest) -> bool:
    """Whether this login is over: too old, or from before a second factor was set up elsewhere."""
    age = time.time() - request.session.get(LOGGED_IN_AT, 0)
    return not 0 <= age < settings.SESSION_COOKIE_AGE or (lacks_factor(request) and is_mfa_enabled(request.user))


def lacks_factor(request: HttpRequest) -> bool:
    return settings.SECOND_FACTOR_REQUIRED and not request.session.get(SECOND_FACTOR)


def guard_admin(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Log out spent sessions, and lead those without a second factor to their account.

    The session is read under /admin/ and /konto/ only: public pages have no cookie and no `Vary`.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        admin, account = reverse("admin:index"), reverse("mfa_index")
        if request.path.startswith((admin, account)) and request.user.is_authenticated:
            free = (reverse("admin:login"), reverse("admin:logout"), reverse("admin:jsi18n"))
            if is_spent(request):
                logout(request)
            elif lacks_factor(request) and request.path.startswith(admin) and request.path not in free:
                return HttpResponseRedirect(account)
        return get_response(request)

    return middleware
