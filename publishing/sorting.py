"""Order and comparison of names as readers of each language expect them, the same on SQLite and PostgreSQL."""

import unicodedata

from django.db.models import F, Value
from django.db.models.functions import Lower, Replace

SWEDISH = "sv"
# The letters that have a place of their own in a language, and what puts them there: "zz" behind a letter comes
# after all words that begin with it, in every collation (PostgreSQL's may pass over punctuation). Others go with
# the plain letter.
ALPHABETS = {
    # Danish and Norwegian æ and ø go with their Swedish neighbours, and Swedish ä and ö with their Danish ones.
    SWEDISH: {"å": "zza", "ä": "zzb", "æ": "zzb", "ö": "zzc", "ø": "zzc", "œ": "zzc", "ü": "y"},
    "da": {"æ": "zza", "ä": "zza", "ø": "zzb", "ö": "zzb", "å": "zzc", "ü": "y"},
    "pl": {"ą": "azz", "ć": "czz", "ę": "ezz", "ł": "lzz", "ń": "nzz", "ó": "ozz", "ś": "szz", "ź": "zzy", "ż": "zzz"},
    "cs": {"č": "czz", "ch": "hzz", "ř": "rzz", "š": "szz", "ž": "zzz"},
}
PLAIN = {"ł": "l", "đ": "d", "þ": "th", "æ": "ae", "œ": "oe", "ø": "o"}


def sort_key(text: str, language: str = SWEDISH) -> str:
    """Return the key a text is ordered by: in Swedish "Östersund" comes after "Zagreb", "Říčany" beside "Ricany".

    SQLite folds the case of ASCII letters only, so names are compared by this key and never by themselves.
    """
    key = unicodedata.normalize("NFC", text.casefold())
    for letter, written in (PLAIN | ALPHABETS.get(language, {})).items():
        key = key.replace(letter, written)
    return "".join(c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c)).strip()


def swedish(field: str) -> Lower:
    """Return what to order by where a model of Django's own has no column for the key."""
    expression: F | Replace = F(field)
    for letter in "åäö":
        for written in (letter, letter.upper()):
            expression = Replace(expression, Value(written), Value(sort_key(letter)))
    return Lower(expression)
