"""Refuse a post with a message in the page's language, giving back the comment that was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback.forms import clean
from feedback.throttling import seconds_left
from feedback.tokens import PageToken

UNKNOWN = _("We have stored nothing. Go back to the page, reload it and answer again.")
FOREIGN = _(
    "This came from another website. We have not stored anything. Open the page on our website and answer there."
)
SECOND = _("We already have your comment, and it is stored. If you have written something new, it is not stored.")
TOO_MANY = _(
    "We have received very many answers from your network today. What you sent now is not "
    "stored. Please try again tomorrow."
)

View = Callable[..., HttpResponse]


class Refused(Exception):
    """Nothing of what was sent is stored. `page` is where to go back to, where that is known.

    `typed` is given back to the reader; without it, a comment.
    """

    def __init__(self, text: Promise, status: int = 400, page: PageToken | None = None, typed: str = "") -> None:
        self.text, self.status, self.page, self.typed = text, status, page, typed


def is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that another site made the reader send this (Fetch Metadata; RFC 6454, 7).

    Old browsers say nothing, and some readers' settings make the origin "null": that alone is no reason to refuse.
    """
    origin = request.headers.get("Origin", "null")
    own = {request.get_host(), settings.SITE_URL.partition("://")[2]}
    elsewhere = origin != "null" and origin.partition("://")[2] not in own
    return elsewhere or request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}


def receives_feedback(view: View) -> View:
    """Decorate a view that readers post to. It raises Refused for what it does not accept.

    No CSRF token: there is no session to ride on, and pages are cached. Only the forms' own encoding is read, so that
    no file is ever received.
    """

    @never_cache
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and is_foreign(request):
            return tell(request, Refused(FOREIGN, 403))
        if request.method == "POST" and request.content_type != "application/x-www-form-urlencoded":
            return tell(request, Refused(UNKNOWN, 415))
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return tell(request, refused, refused.typed or clean(request.POST.get("comment", "")))

    return received


def tell(request: HttpRequest, refused: Refused, comment: str = "") -> HttpResponse:
    """Render what is not stored and why, with the comment that was sent."""
    context = {"text": refused.text, "page": refused.page, "comment": comment}
    response = render(request, "feedback/refused.html", context, status=refused.status)
    if refused.text is TOO_MANY:
        response.headers["Retry-After"] = str(seconds_left())
    return response
