"""A session that has not shown a second factor, or is a day old, comes no further than its own account."""

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
    """Whether this login is over: a day old, or of before a second factor was set up elsewhere."""
    since = request.session.get(LOGGED_IN_AT, 0)
    if not 0 <= time.time() - since < settings.SESSION_COOKIE_AGE:
        return True
    return settings.SECOND_FACTOR_REQUIRED and not request.session.get(SECOND_FACTOR) and is_mfa_enabled(request.user)


def guard_admin(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Looks at who asks only under /admin/ and /konto/: public pages know nobody, and their answers do not vary."""

    def middleware(request: HttpRequest) -> HttpResponse:
        admin, account = reverse("admin:index"), reverse("mfa_index")
        if request.path.startswith((admin, account)) and request.user.is_authenticated:
            free = (reverse("admin:login"), reverse("admin:logout"), reverse("admin:jsi18n"))
            if is_spent(request):
                logout(request)
            elif (
                settings.SECOND_FACTOR_REQUIRED
                and not request.session.get(SECOND_FACTOR)
                and request.path.startswith(admin)
                and request.path not in free
            ):
                return HttpResponseRedirect(account)
        return get_response(request)

    return middleware
