"""A form that was posted after its editor was logged out is not lost."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from editing.typed import FURNITURE


def show_kept(request: HttpRequest, status: int) -> HttpResponse:
    """What was posted, held in the page until it can be posted again. It has been stored nowhere."""
    typed = [(name, value) for name in request.POST if name not in FURNITURE for value in request.POST.getlist(name)]
    context = {"typed": typed, "login": f"{reverse('admin:login')}?next={reverse('admin:index')}"}
    return render(request, "editing/kept.html", context, status=status)


def is_form_of_content(request: HttpRequest) -> bool:
    """Whether it is a post of a form that knows `_restore`."""
    return request.method == "POST" and request.path.startswith(reverse("admin:index")) and "_seen" in request.POST


def keep_typed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Instead of leading a posted form to the login and losing it, show a page that holds it.

    The same where the form's token is of an earlier login (CSRF): it is shown again, and only then posted.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        to_login = response.status_code == 302 and response.headers["Location"].startswith(reverse("admin:login"))
        refused = response.status_code == 403 and getattr(response, "is_csrf_failure", False)
        if (to_login or refused) and is_form_of_content(request):
            return show_kept(request, 403)
        return response

    return middleware
