"""The words of every page in every language, and how they are kept up to date.

An entry (SearchEntry) holds what readers of one language see on one page: a text without translation is there in
Swedish. Words are folded and stemmed in Python, so that SQLite and PostgreSQL find the same.
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

from pages.registry import CATALOGUE, Kind, kind_of
from publishing.models import Publishable
from publishing.plain import LETTERS, visible
from publishing.richtext import RichTextField, plain_text
from publishing.templatetags.site import heading_language, in_language
from search.models import SearchEntry

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
WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f])*")
LONGEST = 60


def normal(text: str) -> str:
    """The text with one spelling for each letter, and without soft hyphens and other invisible characters."""
    return unicodedata.normalize("NFC", visible(text))


def fold(word: str) -> str:
    """The word in plain lower-case letters and digits: "Říčany" is "ricany", "MÖLNDAL" is "molndal"."""
    letters = unicodedata.normalize("NFKD", word).casefold().translate(LETTERS)
    return "".join(c for c in letters if c.isalnum())[:LONGEST]


@lru_cache(20_000)
def stems(word: str, language: str) -> frozenset[str]:
    """The folded stems of a word: as it is spelled, and as one without the keys for å, ř or ł would type it."""
    stemmer = Stemmer.Stemmer(STEMMERS[language])
    return frozenset({fold(stemmer.stemWord(word.lower())), stemmer.stemWord(fold(word))} - {""})


def forms(texts: Iterable[tuple[str, str]], language: str) -> str:
    """The folded words and stems of texts, each between two blanks."""
    words = {(word, mark or language) for mark, text in texts for word in WORD.findall(text)}
    found = {form for word, spoken in words for form in {fold(word), *stems(word, spoken)}}
    return f" {' '.join(sorted(found))} "


def read(content: models.Model, field: str) -> tuple[str, str]:
    """What a reader sees of a field, with the mark of its language ("sv" where a translation is missing, else "")."""
    if not hasattr(content, f"{field}_sv"):
        return "", str(getattr(content, f"get_{field}_display", lambda: getattr(content, field))())
    text, mark = in_language(content, field)
    return mark, plain_text(text) if isinstance(content._meta.get_field(field), RichTextField) else text


def parts(kind: Kind, item: Publishable) -> Iterator[tuple[models.Model, str]]:
    """The parts of a page with the fields that it shows of each; not yet or no longer public ones too."""
    for path in kind.more:
        *relations, field = path.split(".")
        found: list[Any] = [item]
        for relation in relations:
            found = [part for whole in found for part in getattr(whole, relation).all()]
        yield from ((part, field) for part in found)
    for listing in kind.listings:
        yield from ((part, field) for part in listing.shown_on(item) for field in listing.fields)


def depends_on(part: models.Model, item: Publishable) -> list[Publishable]:
    """What must be public for a part to be shown on a page: itself, and what it belongs to."""
    owners = (getattr(part, field.name) for field in part._meta.concrete_fields if field.many_to_one)
    return [content for content in (part, *owners) if isinstance(content, Publishable) and content != item]


def texts_on_page(kind: Kind, item: Publishable) -> Iterator[tuple[str, str]]:
    """Everything that the page says in the active language, the title first."""
    yield heading_language(item), item.heading
    for field in (kind.summary, *kind.texts):
        yield read(item, field)
    seen = set()
    for part, field in parts(kind, item):
        if (part, field) not in seen and all(content.is_published for content in depends_on(part, item)):
            seen.add((part, field))
            yield read(part, field)


def next_boundary(kind: Kind, item: Publishable) -> datetime | None:
    """When a part of the page is published or unpublished by itself, and the page says something else."""
    scheduled = {content for part, _field in parts(kind, item) for content in depends_on(part, item)}
    times = [time for content in scheduled for time in (content.published_at, content.unpublished_at)]
    return min((time for time in times if time and time > timezone.now()), default=None)


def entry(kind: Kind, item: Publishable, language: str) -> SearchEntry:
    """The page's words in a language, as they are now."""
    stale_at = next_boundary(kind, item)  # asked first, so that none passes unseen between this and the texts
    with translation.override(language):
        title, *others = ((mark, normal(text)) for mark, text in texts_on_page(kind, item))
    texts = [title, *((mark, text) for mark, text in others if text)]
    names = [title, ("sv", getattr(item, kind.other_names) if kind.other_names else "")]
    return SearchEntry(
        model=item._meta.label_lower,
        object_id=item.pk,
        language=language,
        texts=texts,
        title_words=forms(names, language),
        words=forms([*names, *texts], language),
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
        update_fields=["texts", "title_words", "words", "stale_at"],
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


def related_fields(kind: Kind) -> Iterator[tuple[str, Any]]:
    """The lookup of each relation to parts of a page, with its last field."""
    for lookup in kind.relations:
        model: Any = kind.model
        for name in lookup.split("__"):
            field = model._meta.get_field(name)
            model = field.related_model
        yield lookup, field


def pages_with(instance: models.Model) -> set[tuple[type[Publishable], int]]:
    """The pages that are about the instance or show it as a part, as the database has it now."""
    found: set[tuple[type[Publishable], int]] = set()
    for kind in CATALOGUE if instance.pk else ():
        conditions = [models.Q(pk=instance.pk)] if isinstance(instance, kind.model) else []
        conditions += [
            models.Q(**{lookup: instance.pk})
            for lookup, field in related_fields(kind)
            if isinstance(instance, field.related_model)
        ]
        conditions += [listing.pages(instance) for listing in kind.listings if isinstance(instance, listing.models)]
        for condition in conditions:
            found |= {
                (kind.model, key) for key in kind.model._base_manager.filter(condition).values_list("pk", flat=True)
            }
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
        fields = [field for _lookup, field in related_fields(kind)]
        listed = [model for listing in kind.listings for model in listing.models]
        for model in {kind.model, *listed, *(field.related_model for field in fields)}:
            pre_save.connect(before_change, model)
            pre_delete.connect(before_change, model)
            post_save.connect(after_change, model)
            post_delete.connect(after_change, model)
        for field in fields:
            if field.many_to_many:
                through = field.through if field.auto_created else field.remote_field.through
                m2m_changed.connect(before_change, through)
                m2m_changed.connect(after_change, through)
