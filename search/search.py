"""Search queries, ranking and spelling suggestions."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from operator import or_
from typing import Self

from django.db.models import Q

from pages.registry import REGISTRY, Kind
from publishing.models import Publishable
from search.excerpts import excerpt, mark_words
from search.index import WORD, Marked, fold, forms, normal, stems, update_index
from search.models import SearchEntry

MAX_LETTERS, MAX_WORDS, MAX_FOUND = 100, 8, 500
SHORTEST_MISSPELT, SHORTEST_BEGINNING, SHORTEST_STEM = 4, 3, 4


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


class Query:
    """What a reader looks for, word by word. All must be found, in the reader's language or in Swedish."""

    def __init__(self, typed: str, language: str) -> None:
        self.language = language
        found = [word for word in WORD.findall(typed) if stems(word, "sv")]
        # A single letter is what an apostrophe leaves ("Mölndal's", "l'école") and no word to look for.
        kept = list(dict.fromkeys([w for w in found if len(w) > 1 or w.isdigit()] or found))[:MAX_WORDS]
        self.words = {word: patterns(word, language) for word in kept}
        self.entries = SearchEntry.objects.filter(language=language).order_by("model", "object_id")

    def __str__(self) -> str:
        return " ".join(self.words)

    def matches(self, word: str) -> bool:
        """Whether a word of a text is one that is looked for."""
        found = forms([(self.language, word), ("sv", word)])
        return any(holds(found, wanted) for wanted in self.words.values())

    def found(self) -> "list[Hit]":
        """The pages that hold every word, best first; at the same distance in the order of lists."""
        conditions = (reduce(or_, (Q(words__contains=pattern) for pattern in found)) for found in self.words.values())
        matching = self.entries.filter(*conditions)[:MAX_FOUND]
        entries = {(entry.model, entry.object_id): entry for entry in matching}
        hits = []
        for kind in REGISTRY:
            label = kind.model._meta.label_lower
            if keys := [key for model, key in entries if model == label]:
                items = kind.published().filter(pk__in=keys)
                hits += [Hit(self, kind, item, entries[label, item.pk]) for item in items]
        return sorted(hits, key=Hit.distance)

    def corrected(self) -> Self | None:
        """The query with similar words for those that no page holds; None if there are none."""
        known = "".join(entry.words for entry in self.entries)
        names = spellings_in(text for entry in self.entries for text in entry.texts[:1])
        spellings = spellings_in(text for entry in self.entries for text in entry.texts[1:])
        better: list[str] = []
        for word, found in self.words.items():
            better += [word] if holds(known, found) else similar(fold(word), names) or similar(fold(word), spellings)
        if len(better) < len(self.words) or better == list(self.words):
            return None
        return type(self)(" ".join(better), self.language)


def similar(word: str, spellings: dict[str, str]) -> list[str]:
    """The spelling that a folded word most resembles, if any does. Shorter words resemble too many.

    One letter of four or five may be wrong, two of ten ("SERM", "Albertlnud").
    """
    if len(word) < SHORTEST_MISSPELT:
        return []
    return [spellings[close] for close in get_close_matches(word, spellings, 1, 0.8 if len(word) > 4 else 0.75)]


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
        title, typed = (" ".join(map(fold, WORD.findall(text))) for text in (self.entry.texts[0][1], str(self.query)))
        words = self.query.words.values()
        return (
            title != typed,
            not title.startswith(typed),
            not all(holds(self.entry.title_words, found) for found in words),
            sum(not holds(self.entry.words, (stem for stem in found if stem.endswith(" "))) for found in words),
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
