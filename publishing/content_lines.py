"""The lines of calendar files and contact cards (RFC 5545, RFC 2426)."""

import re
from collections.abc import Iterable

from publishing.plain import printable


def escaped(text: str) -> str:
    """A text as a value: it cannot end its line or its part of the value."""
    return re.sub(r"\r\n|\r|\n", r"\\n", re.sub(r"([\\;,])", r"\\\1", printable(text)))


def folded(line: str) -> str:
    """The line in parts of at most 75 bytes of UTF-8; all but the first begin with a space."""
    parts, size = [""], 0
    for character in line:
        size += len(character.encode())
        if size > 75:
            parts.append(" ")
            size = 1 + len(character.encode())
        parts[-1] += character
    return "\r\n".join([*parts, ""])


def write_lines(lines: Iterable[tuple[str, str]]) -> bytes:
    """Properties with their values, which are escaped."""
    return "".join(folded(f"{name}:{value}") for name, value in lines).encode()
