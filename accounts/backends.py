"""Log in by user name or e-mail address."""

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


def users_with_email(address: str) -> list[User]:
    return [user for user in User.objects.exclude(email="") if same_email(user.email, address)]


class NameOrEmail(ModelBackend):
    """Hashes the password exactly once for known and unknown names (OWASP ASVS 5.0, 6.3.8), which allauth does not."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        name = username or kwargs.get("email") or ""
        if not User.objects.filter(username=name).exists():
            users = users_with_email(name)
            name = users[0].username if len(users) == 1 else name  # an address that two accounts share is no name
        return super().authenticate(request, username=name, password=password)
