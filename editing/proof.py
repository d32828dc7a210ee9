"""A signed token in each form that proves who has opened it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest

SALT = "editing.proof"
VALID_FOR = timedelta(days=3)  # a weekend


def proof_of(user: Any, path: str) -> str:
    """The token of a form that a user opens; `path` is where it is posted to."""
    return dumps([user.pk, path], salt=SALT)


def is_proved(request: HttpRequest) -> bool:
    """Whether the posted form was opened by the user who is logged in, or by any user where none is."""
    try:
        user, path = loads(request.POST.get("_proof", ""), salt=SALT, max_age=VALID_FOR)
    except BadSignature:
        return False
    return path == request.path and request.user.pk in {None, user} and is_same_origin(request)


def is_same_origin(request: HttpRequest) -> bool:
    """Whether the browser says that it was posted from a page of this site."""
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    own = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return "/".join(sender.split("/")[:3]) in own
