"""Show a posted form again whose session has ended or whose CSRF token is of an earlier login."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse

from editing.form_data import BUTTONS
from editing.proof import is_proved


def show_kept(request: HttpRequest, status: int) -> HttpResponse:
    """A page that holds what was posted as hidden inputs, to be posted again. It is stored nowhere."""
    typed = [(name, value) for name in request.POST if name not in BUTTONS for value in request.POST.getlist(name)]
    context = {"typed": typed, "login": f"{reverse('admin:login')}?next={reverse('admin:index')}"}
    return render(request, "editing/kept.html", context, status=status)


def prepare_restore(request: HttpRequest) -> None:
    """Accept the CSRF token of an earlier login from the user who had opened the form; refuse all others.

    The proof replaces the token, and nothing is saved.
    """
    if not is_proved(request):
        raise PermissionDenied
    data = request.POST.copy()
    data["csrfmiddlewaretoken"] = get_token(request)
    request.POST = data  # type: ignore[assignment]


def keep_typed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer such a post with a page that holds it, instead of a redirect to the login or a 403.

    Only with a proof that its user had opened the form (editing/proof.py): another site could have sent it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_form = request.method == "POST" and request.path.startswith(reverse("admin:index"))
        if is_form and request.user.is_authenticated and "_restore" in request.POST:
            prepare_restore(request)
        response = get_response(request)
        to_login = response.status_code == 302 and response.headers["Location"].startswith(reverse("admin:login"))
        refused = response.status_code == 403 and getattr(response, "is_csrf_failure", False)
        if is_form and (to_login or refused) and is_proved(request):
            return show_kept(request, 403)
        return response

    return middleware
