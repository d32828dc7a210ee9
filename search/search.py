"""The search: which pages hold what a reader typed, in which order, and how they are shown.

Whatever is found or suggested is published: the entries are restricted to what `Kind.published()` gives before any of
their words is looked at.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pages.registry import CATALOGUE, Kind
from search.index import WORD, fold, index_stale, normal, stems
from search.models import SearchEntry

MAX_LETTERS = 100
MAX_WORDS = 8
MAX_FOUND = 500
EXCERPT = 160
BEFORE_MATCH = 60
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
        longer = [fold(typed)] * (len(fold(typed)) >= SHORTEST_BEGINNING)
        self.beginnings = (*longer, *(stem for stem in self.stems if len(stem) >= SHORTEST_STEM))

    def condition(self) -> Q:
        """The entries that hold the word; the same rule as `is_in`."""
        patterns = [f" {stem} " for stem in self.stems] + [f" {beginning}" for beginning in self.beginnings]
        return reduce(or_, (Q(words__contains=pattern) for pattern in patterns))

    def is_in(self, forms: Iterable[str]) -> bool:
        return any(form in self.stems or form.startswith(self.beginnings) for form in forms)

    def matches(self, word: str) -> bool:
        return self.is_in({fold(word)}.union(*(stems(word, language) for language in self.languages)))


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

    def public(self) -> QuerySet[SearchEntry]:
        """The entries of what readers of the language may see now."""
        public = (Q(model=k.model._meta.label_lower, object_id__in=k.published().values("pk")) for k in CATALOGUE)
        return SearchEntry.objects.filter(reduce(or_, public), language=self.language).order_by("model", "object_id")

    def found(self) -> "list[Hit]":
        """The pages that hold every word, best first."""
        matching = self.public().filter(*(word.condition() for word in self.words))
        entries = {(e.model, e.object_id): e for e in matching[:MAX_FOUND]}
        hits = []
        for kind in CATALOGUE:
            label = kind.model._meta.label_lower
            if keys := [key for model, key in entries if model == label]:
                items = kind.published().filter(pk__in=keys)
                hits += [Hit(self, kind, item, entries[label, item.pk]) for item in items]
        return sorted(hits, key=Hit.distance)

    def corrected(self) -> Self | None:
        """The query with similar words of public pages for those that no public page holds; None if there are none."""
        names: dict[str, str] = {}
        spellings: dict[str, str] = {}
        known: set[str] = set()
        for forms, texts in self.public().values_list("words", "texts"):
            known.update(forms.split())
            for place, (_mark, text) in enumerate(texts):
                for word in WORD.findall(text):
                    held, folded = spellings if place else names, fold(word)
                    # "Mölndal" rather than the "molndal" of an address.
                    if folded not in held or (held[folded].isascii() and not word.isascii()):
                        held[folded] = word
        better = []
        for word in self.words:
            if word.is_in(known):
                better.append(word.typed)
            else:
                better += similar(fold(word.typed), names) or similar(fold(word.typed), spellings)
        if len(better) < len(self.words) or better == [word.typed for word in self.words]:
            return None
        return type(self)(" ".join(better), self.language)


@dataclass(frozen=True)
class Hit:
    """A page that was found, as a template shows it."""

    query: Query
    kind: Kind
    item: Any
    entry: SearchEntry

    def distance(self) -> tuple[bool, bool, bool, int]:
        """How far the page is from what was typed; pages at the same distance stay in the order of lists."""
        title = " ".join(map(fold, WORD.findall(self.entry.texts[0][1])))
        names, words = self.entry.title_words.split(), set(self.entry.words.split())
        return (
            title != self.query.folded,
            not title.startswith(self.query.folded),
            not all(word.is_in(names) for word in self.query.words),
            sum(words.isdisjoint(word.stems) for word in self.query.words),
        )

    def title(self) -> tuple[str, SafeString]:
        """The mark of its language and the title."""
        mark, text = self.entry.texts[0]
        return mark, self.marked(text)

    def excerpt(self) -> tuple[str, SafeString]:
        """The mark of its language and the text around the first match; the page's first text if there is none."""
        texts = self.entry.texts[1:]
        places = ((mark, text, found) for mark, text in texts for found in WORD.finditer(text))
        matches = ((mark, text, found.start()) for mark, text, found in places if self.query.matches(found[0]))
        mark, text, at = next(matches, (*texts[0], 0) if texts else ("", "", 0))
        return mark, self.marked(cut(text, at))

    def marked(self, text: str) -> SafeString:
        """The text, with the words that match marked."""
        pieces = enumerate(re.split(f"({WORD.pattern})", text))  # every other one is a word
        return format_html_join(
            "",
            "{}",
            (
                [format_html("<mark>{}</mark>", piece) if place % 2 and self.query.matches(piece) else piece]
                for place, piece in pieces
            ),
        )


def cut(text: str, at: int) -> str:
    """Whole words of the text around a place in it, with … where something is left out."""
    if len(text) <= EXCERPT:
        return text
    # A "word" may be longer than the excerpt.
    start = max(text.rfind(" ", 0, max(at - BEFORE_MATCH, 0)) + 1, at - 2 * BEFORE_MATCH)
    end = text.rfind(" ", at, start + EXCERPT) if len(text) > start + EXCERPT else len(text)
    end = end if end > at else start + EXCERPT
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


def look_for(query: Query) -> tuple[list[Hit], Query | None]:
    """The pages that hold what was typed, best first; or those of a query spelled better, and that query."""
    if not query.words:
        return [], None
    index_stale()
    if hits := query.found():
        return hits, None
    better = query.corrected()
    hits = better.found() if better else []
    return hits, better if hits else None
