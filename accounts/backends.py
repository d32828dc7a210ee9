"""Whose password it is."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest


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
            names = list(
                User.objects.filter(email__iexact=name).exclude(email="").values_list("username", flat=True)[:2]
            )
            name = names[0] if len(names) == 1 else name
        return super().authenticate(request, username=name, password=password)
