"""Plain text as other programs can read it."""

import re

# What XML 1.0 cannot hold in any way (https://www.w3.org/TR/xml/#charsets), pasted from old documents now and then.
IMPOSSIBLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """The text without control characters and other things that are no characters."""
    return IMPOSSIBLE.sub("", text)
