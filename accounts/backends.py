"""Whose password it is."""

from typing import Any
from unicodedata import normalize

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest


def same_email(one: str, other: str) -> bool:
    """Whether two e-mail addresses differ at most in the case of their letters.

    Compared here and not by the database, as PostgreSQL takes "mıke" (dotless i) for "mike".
    """
    first, second = (normalize("NFC", address).lower() for address in (one, other))
    return first == second and one.isascii() == other.isascii()


class NameOrEmail(ModelBackend):
    """Lets in by username or e-mail address, and hashes the password exactly once whoever is asked for.

    allauth's own hashes once for each way in which an account may be meant, so that an e-mail address that exists takes
    twice as long as one that does not (OWASP ASVS 5.0, 6.3.8).
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        name = username or kwargs.get("email") or ""
        if not User.objects.filter(username=name).exists():
            # An address that two accounts share is nobody's.
            names = [user.username for user in User.objects.exclude(email="") if same_email(user.email, name)]
            name = names[0] if len(names) == 1 else name
        return super().authenticate(request, username=name, password=password)
