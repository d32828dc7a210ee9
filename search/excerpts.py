"""The part of a text around a word that was found, with the words that match marked."""

import re
from collections.abc import Callable, Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from search.index import Marked
from search.words import WORD_OR_PHONE

EXCERPT = 160
BEFORE_MATCH = 60
Matches = Callable[[str], bool]


def mark_words(text: str, matches: Matches) -> SafeString:
    pieces = enumerate(re.split(f"({WORD_OR_PHONE.pattern})", text))  # every other one is a word
    marked = [
        format_html("<mark>{}</mark>", piece) if place % 2 and matches(piece) else piece for place, piece in pieces
    ]
    return format_html_join("", "{}", ([piece] for piece in marked))


def excerpt(texts: Iterable[Marked], matches: Matches) -> Marked:
    """The text around the first match; the beginning of the first text if there is none."""
    for mark, text in texts:
        for word in WORD_OR_PHONE.finditer(text):
            if matches(word[0]):
                return mark, mark_words(cut(text, word.start()), matches)
    mark, text = next(iter(texts), ("", ""))
    return mark, mark_words(cut(text, 0), matches)


def cut(text: str, at: int) -> str:
    """Whole words of the text around a place in it, with … where something is left out."""
    if len(text) <= EXCERPT:
        return text
    # A "word" may be longer than the excerpt.
    start = max(text.rfind(" ", 0, max(at - BEFORE_MATCH, 0)) + 1, at - 2 * BEFORE_MATCH)
    end = text.rfind(" ", at, start + EXCERPT) if len(text) > start + EXCERPT else len(text)
    end = end if end > at else start + EXCERPT
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"
