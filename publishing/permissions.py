from typing import Any

from django.http import HttpRequest


def never(self: Any, request: HttpRequest, obj: Any = None) -> bool:
    """Take the place of a permission method in a class of the admin: `has_delete_permission = never`."""
    return False
