"""Order and comparison of names as Swedish readers expect them, the same on SQLite and PostgreSQL."""

import unicodedata

# Swedish has å, ä and ö as letters of their own, last in the alphabet; ASCII's { | } sort after z on any database.
# Danish and Norwegian æ and ø, and German ü, go with their Swedish neighbours; other letters lose their marks.
LETTERS = str.maketrans(
    {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "œ": "}", "ü": "y", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)


def sort_key(text: str) -> str:
    """Return an ASCII-ordered key for a text: "Östersund" comes after "Zagreb", "Říčany" beside "Ricany".

    SQLite folds the case of ASCII letters only, so names are compared by this key and never by themselves.
    """
    letters = unicodedata.normalize("NFC", text.casefold()).translate(LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c)).strip()
