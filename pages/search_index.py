"""The words of every page in every language, and how they are kept up to date.

An entry (SearchEntry) holds what readers of one language see on one page: a text without translation is there in
Swedish. Words are stemmed here, in Python, so that SQLite and PostgreSQL find the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

import Stemmer
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone, translation

from pages.catalogue import CATALOGUE, Kind, kind_of
from pages.models import SearchEntry
from publishing.models import Publishable
from publishing.richtext import RichTextField, plain_text
from publishing.templatetags.site import heading_language, in_language

LANGUAGES = [code for code, _name in settings.LANGUAGES]
STEMMERS = {
    "sv": "swedish",
    "en": "english",
    "da": "danish",
    "de": "german",
    "it": "italian",
    "pl": "polish",
    "cs": "czech",
    "fr": "french",
}
# Letters that Unicode does not take apart. Å, ä, ö and Ř it does, so these are found from a foreign keyboard too.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
WORD = re.compile(r"[^\W_]+")
LONGEST = 60


def fold(word: str) -> str:
    """The word in plain lower-case letters and digits: "Říčany" is "ricany", "MÖLNDAL" is "molndal"."""
    letters = unicodedata.normalize("NFKD", word).casefold().translate(LETTERS)
    return "".join(c for c in letters if c.isalnum())[:LONGEST]


@lru_cache(20_000)
def forms(word: str, language: str) -> frozenset[str]:
    """The folded stems of a word: as it is spelled, and as one without the keys for å, ř or ł would type it."""
    stemmer = Stemmer.Stemmer(STEMMERS[language])
    return frozenset({fold(stemmer.stemWord(word.lower())), stemmer.stemWord(fold(word))} - {""})


def trigrams(word: str) -> set[str]:
    """Three letters at a time of a folded word, its edges included."""
    edged = f"·{word}·"
    return {edged[start : start + 3] for start in range(len(edged) - 2)}


def read(content: models.Model, field: str) -> tuple[str, str]:
    """What a reader sees of a field, with the mark of its language ("sv" where a translation is missing, else "")."""
    if not hasattr(content, f"{field}_sv"):
        return "", str(getattr(content, f"get_{field}_display")())
    text, mark = in_language(content, field)
    return mark, plain_text(text) if isinstance(content._meta.get_field(field), RichTextField) else text


def texts_on_page(kind: Kind, item: Publishable) -> Iterator[tuple[str, str]]:
    """Everything that the page says in the active language, the title first."""
    yield heading_language(item), item.heading
    for field in (kind.summary, *kind.texts):
        yield read(item, field)
    for path in kind.more:
        *relation, field = path.split(".")
        parts = getattr(item, relation[0]).all() if relation else [item]
        public = [part for part in parts if not relation or getattr(part, "is_published", True)]
        yield from (read(part, field) for part in public)


def next_boundary(kind: Kind, item: Publishable) -> datetime | None:
    """When a part of the page is published or unpublished by itself, and the page says something else."""
    parts = [part for relation in kind.relations for part in getattr(item, relation).all()]
    times = [time for p in parts if isinstance(p, Publishable) for time in (p.published_at, p.unpublished_at)]
    return min((time for time in times if time and time > timezone.now()), default=None)


def entry(kind: Kind, item: Publishable, language: str) -> SearchEntry:
    """The page's words in a language, as they are now."""
    stale_at = next_boundary(kind, item)  # asked first, so that none passes unseen between this and the texts
    with translation.override(language):
        title, *others = ((mark, unicodedata.normalize("NFC", text)) for mark, text in texts_on_page(kind, item))
    texts = [title, *((mark, text) for mark, text in others if text)]
    names = [title, ("sv", getattr(item, kind.other_names) if kind.other_names else "")]
    in_title = {form for mark, text in names for word in WORD.findall(text) for form in forms(word, mark or language)}
    words = {(word, mark or language) for mark, text in texts for word in WORD.findall(text)}
    stems = in_title.union(*(forms(word, spoken) for word, spoken in words))
    spellings = stems | {fold(word) for word, _language in words}
    return SearchEntry(
        model=item._meta.label_lower,
        object_id=item.pk,
        language=language,
        texts=texts,
        title_words=" ".join(sorted(in_title)),
        words=" ".join(sorted(stems)),
        trigrams=" ".join(sorted(set().union(*map(trigrams, spellings)))),
        stale_at=stale_at,
    )


@transaction.atomic
def index(model: type[Publishable], keys: Iterable[int]) -> None:
    """Write the entries of these objects anew, and remove those of objects that are gone."""
    kind, keys = kind_of(model), set(keys)
    # Locked, so that of two changes of one page's parts the later one sees the earlier.
    items = model._base_manager.select_for_update().filter(pk__in=keys).prefetch_related(*kind.relations).order_by("pk")
    entries = [entry(kind, item, language) for item in items for language in LANGUAGES]
    SearchEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["model", "object_id", "language"],
        update_fields=["texts", "title_words", "words", "trigrams", "stale_at"],
    )
    gone = keys - {entry.object_id for entry in entries}
    SearchEntry.objects.filter(model=model._meta.label_lower, object_id__in=gone).delete()


@transaction.atomic
def index_all() -> None:
    """Index every page, published or not, and forget what is no more."""
    for kind in CATALOGUE:
        known = SearchEntry.objects.filter(model=kind.model._meta.label_lower).values_list("object_id", flat=True)
        index(kind.model, {*known, *kind.model._base_manager.values_list("pk", flat=True)})
    SearchEntry.objects.exclude(model__in=[kind.model._meta.label_lower for kind in CATALOGUE]).delete()


def index_stale() -> None:
    """Index the pages of which a part has been published or unpublished by its own schedule."""
    stale = SearchEntry.objects.filter(stale_at__lte=timezone.now()).values_list("model", "object_id").distinct()
    for label, key in stale:
        index(apps.get_model(label), [key])


def pages_with(instance: models.Model) -> set[tuple[type[Publishable], int]]:
    """The pages that are about the instance or show it as a part, as the database has it now."""
    found: set[tuple[type[Publishable], int]] = set()
    for kind in CATALOGUE if instance.pk else ():
        if isinstance(instance, kind.model):
            found.add((kind.model, instance.pk))
        for relation in kind.relations:
            if type(instance) is kind.model._meta.get_field(relation).related_model:
                holders = kind.model._base_manager.filter(**{relation: instance.pk})
                found |= {(kind.model, key) for key in holders.values_list("pk", flat=True)}
    return found


def before_change(instance: Any, action: str = "pre", **kwargs: Any) -> None:
    """Remember the pages that show the instance, as a part that is deleted or moved no longer tells."""
    if action.startswith("pre"):
        instance.pages_shown_on = pages_with(instance)


def after_change(instance: Any, action: str = "post", **kwargs: Any) -> None:
    if action.startswith("post"):
        for model, key in instance.__dict__.pop("pages_shown_on", set()) | pages_with(instance):
            index(model, [key])


def follow_changes() -> None:
    """Index a page whenever it or one of its parts is saved or deleted, in the same transaction."""
    for kind in CATALOGUE:
        fields = [kind.model._meta.get_field(relation) for relation in kind.relations]
        for model in {kind.model, *(field.related_model for field in fields)}:
            pre_save.connect(before_change, model)
            pre_delete.connect(before_change, model)
            post_save.connect(after_change, model)
            post_delete.connect(after_change, model)
        for field in fields:
            if field.many_to_many:
                through = getattr(kind.model, field.name).through
                m2m_changed.connect(before_change, through)
                m2m_changed.connect(after_change, through)
