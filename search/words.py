"""What a word is: how it is found in a text, folded to plain letters and stemmed."""

import re
import unicodedata
from functools import lru_cache

import Stemmer
from django.utils import translation

from publishing.plain import LETTERS, visible

WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f])*")
# A telephone number is one word beside those it is written in: "031-315 10 00", "+46 (0)31 315 10 00".
PHONE = re.compile(r"(?<!\w)(?:\+|0)\d[\d\s()/\u2010-\u2015-]{4,16}\d(?!\w)")
WORD_OR_PHONE = re.compile(f"{PHONE.pattern}|{WORD.pattern}")
SWEDEN = re.compile(r"^(?:\+|00)46\W*(?:\(?0\)?)?")
LONGEST = 60


def normal(text: str) -> str:
    """The text with one spelling for each letter, and without soft hyphens and other invisible characters."""
    return unicodedata.normalize("NFC", visible(text))


@lru_cache(20_000)
def fold(word: str) -> str:
    """The word in plain lower-case letters and digits: "Říčany" is "ricany", "+46 31-315 10 00" is "0313151000"."""
    letters = unicodedata.normalize("NFKD", SWEDEN.sub("0", word)).casefold().translate(LETTERS)
    return "".join(c for c in letters if c.isalnum())[:LONGEST]


@lru_cache(20_000)
def stems(word: str, language: str) -> frozenset[str]:
    """The folded stems of a word: as it is spelled, and as typed without the keys for å, ř or ł."""
    stemmer = Stemmer.Stemmer(translation.get_language_info(language)["name"].lower())
    return frozenset({fold(stemmer.stemWord(word.lower())), stemmer.stemWord(fold(word))} - {""})


def words_in(text: str) -> list[str]:
    """The words of a text, and its telephone numbers in one piece too."""
    return [*WORD.findall(text), *PHONE.findall(text)]
