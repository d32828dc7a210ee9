"""Search queries, ranking, synonyms, compounds and spelling suggestions."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from operator import add, or_
from typing import Any, NamedTuple, Self

from django.db import DatabaseError
from django.db.models import Case, Q, Value, When
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pages.registry import PAGES, Kind
from publishing.models import Publishable
from search.index import Marked, forms, update_index
from search.models import Miss, SearchEntry, Synonyms, listed
from search.words import WORD, WORD_OR_PHONE, fold, normal, stems

MAX_LETTERS, MAX_WORDS, MAX_FOUND = 100, 8, 500
NOT_IN_TITLE = 99  # further back than any word of one
# The characters of an excerpt, and of those that come before the word that was found.
EXCERPT, BEFORE_MATCH = 160, 60
SHORTEST_MISSPELT, SHORTEST_BEGINNING, SHORTEST_STEM, SHORTEST_TAIL = 4, 3, 4, 4


def clean(typed: str) -> str:
    """What was typed, on one line and not too long, without control characters and halves of characters."""
    return "".join(c if c.isprintable() else " " for c in normal(typed[:MAX_LETTERS])).strip()


def patterns(word: str, language: str) -> list[str]:
    """What entries that hold the word contain: its stem, or a longer word ("vänort" finds "vänortsavtal")."""
    folded, found = fold(word), stems(word, language) | stems(word, "sv")
    # A short stem is the beginning of too much: "res" of "resa" is that of "respektive".
    beginnings = [stem for stem in found if len(stem) >= SHORTEST_STEM]
    if len(folded) >= SHORTEST_BEGINNING:
        beginnings.append(folded)
    return [f" {stem} " for stem in found] + [f" {beginning}" for beginning in beginnings]


def holds(words: str, wanted: Iterable[str]) -> bool:
    """Whether a word is among the `forms` of some texts."""
    return any(pattern in words for pattern in wanted)


def containing(field: str, wanted: Iterable[str]) -> Q:
    return reduce(or_, (Q((f"{field}__contains", pattern)) for pattern in wanted))


def number_of(field: str, words: Iterable[Iterable[str]]) -> Any:
    """How many of the words a field of an entry holds."""
    return reduce(add, (Case(When(containing(field, wanted), then=1), default=Value(0)) for wanted in words))


class Query:
    """What a reader looks for, word by word, in the reader's language or in Swedish."""

    def __init__(self, typed: str, language: str, corrects: bool = False) -> None:
        self.language, self.corrects = language, corrects
        found = [word for word in WORD_OR_PHONE.findall(typed) if stems(word, "sv")]
        # A single letter is what an apostrophe leaves ("Mölndal's", "l'école") and no word to look for.
        kept = list(dict.fromkeys([w for w in found if len(w) > 1 or w.isdigit()] or found))[:MAX_WORDS]
        rows = list(Synonyms.objects.filter(language=language)) if kept else []
        same = {
            word: [as_ for row in rows if row.stems & stems(word, language) for as_ in listed(row.found_as)]
            for word in kept
        }
        self.words = {
            word: [pattern for one in (word, *same[word]) for pattern in patterns(one, language)] for word in kept
        }
        self.entries = SearchEntry.objects.filter(language=language)

    def __str__(self) -> str:
        return " ".join(self.words)

    def matches(self, word: str) -> bool:
        """Whether a word of a text is one that is looked for."""
        found = forms([(self.language, word), ("sv", word)])
        return any(holds(found, wanted) for wanted in self.words.values())

    @property
    def longer(self) -> dict[str, list[str]]:
        """The words without the shortest, which are on every page ("och", "für"), if there are others."""
        return {w: wanted for w, wanted in self.words.items() if len(w) >= SHORTEST_MISSPELT} or self.words

    def found(self, any_word: bool = False) -> "list[Hit]":
        """The pages that hold every word, or some of the longer ones, best first; then in the order of lists."""
        words = list((self.longer if any_word else self.words).values())
        conditions = [containing("words", wanted) for wanted in words]
        order = [-number_of("title_words", words), "model", "object_id"]
        if any_word:
            conditions, order = [reduce(or_, conditions)], [-number_of("words", words), *order]
        matching = self.entries.filter(*conditions).order_by(*order)
        entries = {(entry.model, entry.object_id): entry for entry in matching[:MAX_FOUND]}
        hits = []
        for kind in PAGES:
            label = kind.model._meta.label_lower
            if keys := [key for model, key in entries if model == label]:
                items = kind.published().filter(pk__in=keys)
                hits += [Hit(self, kind, item, entries[label, item.pk]) for item in items]
        return sorted(hits, key=Hit.distance)

    def corrected(self) -> Self | None:
        """The query with the words that no page holds taken apart or spelled like a similar word, where they can be."""
        pages = list(self.entries.values_list("words", "texts"))
        known = "".join(words for words, _texts in pages)
        unknown = [word for word, found in self.words.items() if not holds(known, found)]
        apart = compounds(unknown, self.language, set(known.split()))
        better = corrections([word for word in unknown if word not in apart], [texts for _words, texts in pages])
        if not apart and not better:
            return None
        return type(self)(
            " ".join({**apart, **better}.get(word, word) for word in self.words), self.language, bool(better)
        )


def compounds(words: Iterable[str], language: str, known: set[str]) -> dict[str, str]:
    """The known words that a word is made of, with or without an s between: "skolutbyte" is "skol utbyte"."""
    return {
        word: f"{word[:end]} {word[end:]}"
        for word in words
        for end in range(len(word) - SHORTEST_TAIL, SHORTEST_BEGINNING - 1, -1)
        if all(stems(part, language) & known for part in (word[:end], word[end:]))
    }


def corrections(words: list[str], pages: list[list[Marked]]) -> dict[str, str]:
    """For each word the spelling in the pages' titles, else in their texts, that it most resembles, if any does."""
    if not words:
        return {}
    spellings = [spellings_in(text for texts in pages for text in texts[part]) for part in (slice(1), slice(1, None))]
    return {word: close for word in words if (close := similar(word, spellings[0]) or similar(word, spellings[1]))}


def similar(word: str, spellings: dict[str, str]) -> str:
    """The spelling that a word most resembles, if any does. Shorter words resemble too many.

    One letter of four or five may be wrong, two of ten ("SERM", "Albertlnud").
    """
    close = get_close_matches(fold(word), spellings, 1, 0.8 if len(word) > 4 else 0.75)
    return spellings[close[0]] if close and len(word) >= SHORTEST_MISSPELT else ""


def spellings_in(texts: Iterable[Marked]) -> dict[str, str]:
    """How each folded word of the texts is spelled: "Mölndal" rather than the "molndal" of an address."""
    found: dict[str, str] = {}
    for word in (word for _mark, text in texts for word in WORD.findall(text)):
        folded = fold(word)
        if folded not in found or (found[folded].isascii() and not word.isascii()):
            found[folded] = word
    return found


@dataclass(frozen=True)
class Hit:
    """A page that was found, as a template shows it."""

    query: Query
    kind: Kind
    item: Publishable
    entry: SearchEntry

    def distance(self) -> tuple[int, bool, int, int, int]:
        """How far the page is from what was typed."""
        title, typed = (WORD.findall(text) for text in (self.entry.texts[0][1], str(self.query)))
        words = self.query.words.values()
        return (
            sum(not holds(self.entry.words, found) for found in self.query.longer.values()),
            [*map(fold, title)] != [*map(fold, typed)],
            next((place for place, word in enumerate(title) if self.query.matches(word)), NOT_IN_TITLE),
            sum(not holds(self.entry.title_words, found) for found in words),
            sum(not holds(self.entry.words, (stem for stem in found if stem.endswith(" "))) for found in words),
        )

    def title(self) -> Marked:
        mark, text = self.entry.texts[0]
        return mark, self.marked(text)

    def excerpt(self) -> Marked:
        """The text around the first match; the beginning of the page's first text if there is none."""
        texts = self.entry.texts[1:]
        for mark, text in texts:
            for word in WORD_OR_PHONE.finditer(text):
                if self.query.matches(word[0]):
                    return mark, self.marked(cut(text, word.start()))
        mark, text = next(iter(texts), ("", ""))
        return mark, self.marked(cut(text, 0))

    def marked(self, text: str) -> SafeString:
        """The text with its matching words marked."""
        marked = [
            format_html("<mark>{}</mark>", piece) if place % 2 and self.query.matches(piece) else piece
            for place, piece in enumerate(re.split(f"({WORD_OR_PHONE.pattern})", text))  # every other one is a word
        ]
        return format_html_join("", "{}", ([piece] for piece in marked))


def cut(text: str, at: int) -> str:
    """Whole words of the text around a place in it, with … where something is left out."""
    if len(text) <= EXCERPT:
        return text
    # A "word" may be longer than the excerpt.
    start = max(text.rfind(" ", 0, max(at - BEFORE_MATCH, 0)) + 1, at - 2 * BEFORE_MATCH)
    end = text.rfind(" ", at, start + EXCERPT) if len(text) > start + EXCERPT else len(text)
    end = end if end > at else start + EXCERPT
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


class Results(NamedTuple):
    """Pages, best first; the query that was spelled better to find them; whether they hold a part of it only."""

    hits: list[Hit]
    better: Query | None = None
    partial: bool = False


def look_for(query: Query) -> Results:
    """The pages that hold all that was typed, else what was meant, else a part of it."""
    if not query.words:
        return Results([])
    update_index(query.language)
    if hits := query.found():
        return Results(hits)
    fixed = query.corrected()
    whole = fixed.found() if fixed else []
    hits = whole or (fixed or query).found(any_word=True)
    return Results(hits, fixed if hits and fixed and fixed.corrects else None, bool(hits and not whole))


def count_miss(query: Query, typed: str) -> None:
    """Count the words of a search that found nothing, unless they may be a number or an address of a person."""
    if not any(c.isdigit() or c == "@" for c in typed):
        with suppress(DatabaseError):  # readers are answered whatever becomes of the count
            Miss.note(query.longer, query.language)
