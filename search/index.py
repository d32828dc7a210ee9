"""The search index: the words of every public page in every language, rewritten after a change of content.

Words are folded to plain letters and stemmed in Python, so that SQLite and PostgreSQL find the same. A text without
translation is there in Swedish, as readers see it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation

from pagecache.models import current_number
from pages.registry import REGISTRY, Kind, next_boundary
from publishing.models import Publishable
from publishing.plain import LETTERS, visible
from publishing.richtext import RichTextField, plain_text
from publishing.templatetags.site import heading_language, in_language
from search.models import IndexState, SearchEntry

WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f])*")
LONGEST = 60
# A text with the mark of its language: "sv" where it stands in for a missing translation, else "".
Marked = tuple[str, str]


def normal(text: str) -> str:
    """The text with one spelling for each letter, and without soft hyphens and other invisible characters."""
    return unicodedata.normalize("NFC", visible(text))


def fold(word: str) -> str:
    """The word in plain lower-case letters and digits: "Říčany" is "ricany", "MÖLNDAL" is "molndal"."""
    letters = unicodedata.normalize("NFKD", word).casefold().translate(LETTERS)
    return "".join(c for c in letters if c.isalnum())[:LONGEST]


@lru_cache(20_000)
def stems(word: str, language: str) -> frozenset[str]:
    """The folded stems of a word: as it is spelled, and as typed without the keys for å, ř or ł."""
    stemmer = Stemmer.Stemmer(translation.get_language_info(language)["name"].lower())
    return frozenset({fold(stemmer.stemWord(word.lower())), stemmer.stemWord(fold(word))} - {""})


def forms(texts: Iterable[Marked], language: str = "") -> str:
    """The folded words and stems of texts, each between two blanks."""
    words = {(word, mark or language) for mark, text in texts for word in WORD.findall(text)}
    return f" {' '.join(sorted({form for word, spoken in words for form in {fold(word), *stems(word, spoken)}}))} "


def read(content: models.Model, field: str) -> Marked:
    """What a reader sees of a field."""
    if not hasattr(content, f"{field}_sv"):
        return "", str(getattr(content, f"get_{field}_display", lambda: getattr(content, field))())
    text, mark = in_language(content, field)
    return mark, plain_text(text) if isinstance(content._meta.get_field(field), RichTextField) else text


def texts_on_page(kind: Kind, item: Publishable) -> Iterator[Marked]:
    """Everything that the page says in the active language, the title first."""
    yield heading_language(item), item.heading
    for part, fields in [(item, (kind.summary, *kind.texts)), *kind.parts(item)]:
        for field in fields:
            yield read(part, field)


def entry(kind: Kind, item: Publishable, language: str) -> SearchEntry:
    """The page's words in the active language."""
    title, *others = ((mark, normal(text)) for mark, text in texts_on_page(kind, item))
    texts = [title, *dict.fromkeys((mark, text) for mark, text in others if text)]
    names = [title, ("sv", getattr(item, kind.other_names) if kind.other_names else "")]
    return SearchEntry(
        model=item._meta.label_lower,
        object_id=item.pk,
        language=language,
        texts=[list(marked) for marked in texts],  # as JSON gives them back
        title_words=forms(names, language),
        words=forms([*names, *texts], language),
    )


def entries_now(language: str) -> dict[tuple[str, int], SearchEntry]:
    """The entries of every public page as it is now, by model and primary key."""
    with translation.override(language):
        pages = ((kind, item) for kind in REGISTRY for item in kind.published().prefetch_related(*kind.related))
        return {(item._meta.label_lower, item.pk): entry(kind, item, language) for kind, item in pages}


def write_index(language: str) -> None:
    """Store the entries of a language that differ from what readers see now.

    Nothing is locked while pages are read, and little is written: a reader's search must not keep editors waiting.
    """
    version, now = current_number(), timezone.now()
    entries = entries_now(language)
    with transaction.atomic():
        state, _created = IndexState.objects.select_for_update().get_or_create(language=language)
        if state.version > version:
            return  # another worker has read a later version
        stored = {(found.model, found.object_id): found for found in SearchEntry.objects.filter(language=language)}
        changed = [new for key, new in entries.items() if key not in stored or stored[key].content != new.content]
        SearchEntry.objects.filter(pk__in=[stored[key].pk for key in stored.keys() - entries.keys()]).delete()
        SearchEntry.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["language", "model", "object_id"],
            update_fields=["texts", "title_words", "words"],
        )
        state.version, state.valid_until = version, next_boundary(now)
        state.save()


def update_index(language: str) -> None:
    """Bring the entries of a language up to date with what readers see now."""
    current = IndexState.objects.filter(language=language, version=current_number(), valid_until__gt=timezone.now())
    if not current.exists():
        write_index(language)


def update_all_indexes() -> None:
    for language, _name in settings.LANGUAGES:
        update_index(language)
