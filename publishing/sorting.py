"""Order and comparison of names as Swedish readers expect them, the same on SQLite and PostgreSQL."""

import unicodedata

from django.db.models import F, Value
from django.db.models.functions import Lower, Replace

# Swedish has å, ä and ö as letters of their own, last in the alphabet. They become letters that every collation puts
# last (PostgreSQL's may pass over punctuation). Danish and Norwegian æ and ø go with their Swedish neighbours.
LETTERS = str.maketrans(
    {"å": "zza", "ä": "zzb", "æ": "zzb", "ö": "zzc", "ø": "zzc", "œ": "zzc", "ü": "y", "ł": "l", "đ": "d", "þ": "th"}
)


def sort_key(text: str) -> str:
    """Return the key a text is ordered by: "Östersund" comes after "Zagreb", "Říčany" beside "Ricany".

    SQLite folds the case of ASCII letters only, so names are compared by this key and never by themselves.
    """
    letters = unicodedata.normalize("NFC", text.casefold()).translate(LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c)).strip()


def swedish(field: str) -> Lower:
    """Return what to order by where a model of Django's own has no column for the key."""
    expression: F | Replace = F(field)
    for letter in "åäö":
        for written in (letter, letter.upper()):
            expression = Replace(expression, Value(written), Value(sort_key(letter)))
    return Lower(expression)
