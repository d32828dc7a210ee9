"""How many queries something takes."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def number_of_queries(ask: Callable[..., Any], *args: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask(*args)
    return len(captured)
