"""Every URL pattern of the site, from the resolver, so that no test misses a new one."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """The pattern of each view, in the active language."""
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from patterns(entry, f"{prefix}{entry.pattern}")
        else:
            yield f"{prefix}{entry.pattern}"


def fill(pattern: str, **values: Any) -> str:
    """An address of the pattern. A parameter that is not named is an error."""
    path = PARAMETER.sub(lambda found: str(values[found[1] or found[2]]), pattern)
    return "/" + re.sub(r"\^|\$$", "", path)
