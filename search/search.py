"""What was typed, the pages that hold it, and how they are shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from operator import or_
from typing import Self

from django.db.models import Q, QuerySet

from pages.registry import CATALOGUE, Kind
from publishing.models import Publishable
from search.excerpts import excerpt, mark_words
from search.index import WORD, Marked, fold, forms, normal, stems, update_index
from search.models import SearchEntry

MAX_LETTERS = 100
MAX_WORDS = 8
MAX_FOUND = 500
# How alike a word must be to be suggested: one letter of four or five may be wrong, two of ten ("SERM", "Albertlnud").
ALIKE = 0.8
ALIKE_SHORT = 0.75
SHORTEST_MISSPELT = 4
SHORTEST_BEGINNING = 3
SHORTEST_STEM = 4


def clean(typed: str) -> str:
    """What was typed, on one line and not too long, without control characters and halves of characters."""
    return "".join(c if c.isprintable() else " " for c in normal(typed[:MAX_LETTERS])).strip()


def similar(word: str, spellings: dict[str, str]) -> list[str]:
    """The spelling that a folded word most resembles, if any does. Shorter words resemble too many."""
    if len(word) < SHORTEST_MISSPELT:
        return []
    close = get_close_matches(word, spellings, 1, ALIKE if len(word) > 4 else ALIKE_SHORT)
    return [spellings[folded] for folded in close]


class Word:
    """A word to look for: the same stem, or a longer word that begins with it ("vänort" finds "vänortsavtal")."""

    def __init__(self, typed: str, language: str) -> None:
        self.typed, self.languages = typed, (language, "sv")
        self.stems = stems(typed, language) | stems(typed, "sv")
        # A short stem is the beginning of too much: "res" of "resa" is that of "respektive".
        beginnings = [fold(typed)] if len(fold(typed)) >= SHORTEST_BEGINNING else []
        beginnings += [stem for stem in self.stems if len(stem) >= SHORTEST_STEM]
        self.patterns = [f" {stem} " for stem in self.stems] + [f" {beginning}" for beginning in beginnings]

    def condition(self) -> Q:
        """The entries that hold the word; the same rule as `is_in`."""
        return reduce(or_, (Q(words__contains=pattern) for pattern in self.patterns))

    def is_in(self, words: str) -> bool:
        """Whether it is among the `forms` of some texts."""
        return any(pattern in words for pattern in self.patterns)

    def matches(self, word: str) -> bool:
        return self.is_in(forms([(language, word) for language in self.languages], ""))


class Query:
    """What a reader looks for, word by word. All must be found, in the reader's language or in Swedish."""

    def __init__(self, typed: str, language: str) -> None:
        self.language = language
        found = [word for word in WORD.findall(typed) if stems(word, "sv")]
        # A single letter is what an apostrophe leaves ("Mölndal's", "l'école") and no word to look for.
        kept = list(dict.fromkeys([w for w in found if len(w) > 1 or w.isdigit()] or found))[:MAX_WORDS]
        self.words = [Word(word, language) for word in kept]
        self.folded = " ".join(map(fold, kept))

    def __str__(self) -> str:
        return " ".join(word.typed for word in self.words)

    def matches(self, word: str) -> bool:
        return any(wanted.matches(word) for wanted in self.words)

    def entries(self) -> QuerySet[SearchEntry]:
        """All pages that readers of the language may see."""
        return SearchEntry.objects.filter(language=self.language).order_by("model", "object_id")

    def found(self) -> "list[Hit]":
        """The pages that hold every word, best first; at the same distance in the order of lists."""
        matching = self.entries().filter(*(word.condition() for word in self.words))[:MAX_FOUND]
        entries = {(entry.model, entry.object_id): entry for entry in matching}
        hits = []
        for kind in CATALOGUE:
            label = kind.model._meta.label_lower
            if keys := [key for model, key in entries if model == label]:
                items = kind.published().filter(pk__in=keys)
                hits += [Hit(self, kind, item, entries[label, item.pk]) for item in items]
        return sorted(hits, key=Hit.distance)

    def corrected(self) -> Self | None:
        """The query with similar words for those that no page holds; None if there are none."""
        entries = self.entries()
        known = "".join(entry.words for entry in entries)
        names = spellings_in(text for entry in entries for text in entry.texts[:1])
        spellings = spellings_in(text for entry in entries for text in entry.texts[1:])
        better = []
        for word in self.words:
            if word.is_in(known):
                better.append(word.typed)
            else:
                better += similar(fold(word.typed), names) or similar(fold(word.typed), spellings)
        if len(better) < len(self.words) or better == [word.typed for word in self.words]:
            return None
        return type(self)(" ".join(better), self.language)


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

    def distance(self) -> tuple[bool, bool, bool, int]:
        """How far the page is from what was typed."""
        title, words = " ".join(map(fold, WORD.findall(self.entry.texts[0][1]))), self.query.words
        return (
            title != self.query.folded,
            not title.startswith(self.query.folded),
            not all(word.is_in(self.entry.title_words) for word in words),
            sum(not any(f" {stem} " in self.entry.words for stem in word.stems) for word in words),
        )

    def title(self) -> Marked:
        mark, text = self.entry.texts[0]
        return mark, mark_words(text, self.query.matches)

    def excerpt(self) -> Marked:
        """The text around the first match; the page's first text if there is none."""
        return excerpt(self.entry.texts[1:], self.query.matches)


def look_for(query: Query) -> tuple[list[Hit], Query | None]:
    """The pages that hold what was typed, best first; or those of a query spelled better, and that query."""
    if not query.words:
        return [], None
    update_index(query.language)
    if hits := query.found():
        return hits, None
    better = query.corrected()
    hits = better.found() if better else []
    return hits, better if hits else None
