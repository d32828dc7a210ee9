"""Plain text: what other programs can read, and letters without marks."""

import re

# What XML 1.0 cannot hold in any way (https://www.w3.org/TR/xml/#charsets), pasted from old documents now and then.
IMPOSSIBLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


# Unicode's format characters (category Cf), soft hyphens and marks of direction among them, and letters that are blank.
INVISIBLE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]"
)
# They join or part letters, and mean something between two of them only (ZWNJ and ZWJ).
JOINERS = re.compile("(?<!\\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\\S)")

# Letters that Unicode does not take apart. Å, ä, ö and Ř it does, so these are found from a foreign keyboard too.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def visible(text: str) -> str:
    """The text without invisible characters."""
    return text if text.isascii() else JOINERS.sub("", INVISIBLE.sub("", text))


def printable(text: str) -> str:
    """The text without control characters and other things that are no characters."""
    return IMPOSSIBLE.sub("", text)
