"""The search index: the words of every public page in every language, rewritten after a change of content.

Words are folded to plain letters and stemmed in Python, so that SQLite and PostgreSQL find the same. A text without
translation is there in Swedish, as readers see it.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation

from pagecache.models import current_number
from pages.registry import PAGES, Kind, next_boundary
from publishing.models import Publishable
from publishing.richtext import RichTextField, plain_text
from publishing.templatetags.site import heading_language, in_language
from search.models import IndexState, SearchEntry
from search.words import fold, normal, stems, words_in

# A text with the mark of its language: "sv" where it stands in for a missing translation, else "".
Marked = tuple[str, str]


def forms(texts: Iterable[Marked], language: str = "") -> str:
    """The folded words and stems of texts, each between two blanks."""
    words = {(word, mark or language) for mark, text in texts for word in words_in(text)}
    return f" {' '.join(sorted({form for word, spoken in words for form in {fold(word), *stems(word, spoken)}}))} "


def read(content: models.Model, field: str) -> Marked:
    """What a reader sees of a field."""
    if not hasattr(content, f"{field}_sv"):
        return "", normal(str(getattr(content, f"get_{field}_display", lambda: getattr(content, field))()))
    text, mark = in_language(content, field)
    return mark, normal(plain_text(text) if isinstance(content._meta.get_field(field), RichTextField) else text)


def entry(kind: Kind, item: Publishable, language: str) -> SearchEntry:
    """The page's words in the active language."""
    title = heading_language(item), normal(item.heading)
    parts = [(item, (kind.summary, *kind.texts)), *kind.parts(item)]
    others = dict.fromkeys(read(part, field) for part, fields in parts for field in fields)
    texts = [title, *((mark, text) for mark, text in others if text)]
    # What has no page of its own is looked for by its name too: a person, an exchange, a project.
    names = [read(part, fields[0]) for part, fields in parts if not isinstance(part, Publishable)]
    names += [title, ("sv", getattr(item, kind.other_names) if kind.other_names else "")]
    return SearchEntry(
        model=item._meta.label_lower,
        object_id=item.pk,
        language=language,
        texts=[list(marked) for marked in texts],  # as JSON gives them back
        title_words=forms(names, language),
        words=forms([*names, *texts], language),
    )


def write_index(language: str) -> None:
    """Store the entries of a language that differ from what readers see now.

    Nothing is locked while pages are read, and little is written: a reader's search must not keep editors waiting.
    """
    version, now = current_number(), timezone.now()
    with translation.override(language):
        pages = ((kind, item) for kind in PAGES for item in kind.published().prefetch_related(*kind.related))
        entries = {(item._meta.label_lower, item.pk): entry(kind, item, language) for kind, item in pages}
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
