"""What to improve on the pages of the site: their texts read from a form or from the database."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from modeltranslation.translator import translator

from networks.models import FocusArea, Network
from pages.registry import PAGES, REGISTRY, Kind
from publishing.richtext import RichTextField
from quality.models import RemarkCount, Spelling
from quality.remarks import Remark, Text, remarks_on_page

# Says how a page's field reads, by its name: "body_sv".
Reader = Callable[[str], Any]


def texts_of(model: Any, read: Reader) -> list[Text]:
    """Each translated text of a page in each language."""
    names = [name for name in translator.get_options_for_model(model).all_fields if name != "slug"]
    columns = [model._meta.get_field(f"{name}_{code}") for name in names for code, _name in settings.LANGUAGES]
    return [
        Text(
            field=capfirst(str(column.translated_field.verbose_name)),
            language=column.language,
            value=str(read(column.name) or "").strip(),
            is_rich=isinstance(column, RichTextField),
            is_name=model.is_proper_name and column.translated_field.name == model.title_field,
        )
        for column in columns
    ]


def spellings() -> dict[str, str]:
    return dict(Spelling.objects.values_list("wrong", "right"))


def remarks_of(kind: Kind, item: Any, read: Reader, words: dict[str, str]) -> list[Remark]:
    """What to improve on a page. Its facts are those that are stored."""
    return remarks_on_page(
        texts_of(kind.model, read),
        summary=capfirst(str(kind.model._meta.get_field(kind.summary).verbose_name)),
        # A front and a focus area list other things, and an activity without a text has no page.
        needs_text=kind in REGISTRY and kind.model is not FocusArea and not item.must_stay,
        facts=[(fact.label, fact.as_of) for fact in item.facts.all()] if kind.model is Network else (),
        spellings=words,
        today=timezone.localdate(),
    )


def count_remarks(dry_run: bool) -> str:
    """Count what there is to improve on each public page, for the dashboard, and return a line about it."""
    words = spellings()
    counts = []
    for kind in PAGES:
        rows = kind.published().prefetch_related("facts") if kind.model is Network else kind.published()
        for item in rows:
            number = len(remarks_of(kind, item, lambda column, item=item: getattr(item, column), words))  # type: ignore[misc]
            counts.append(RemarkCount(model=kind.model._meta.label_lower, object_id=item.pk, count=number))
    found = f"{sum(row.count for row in counts)} förslag om {len(counts)} sidor"
    if dry_run:
        return f"{found} skulle räknas"
    with transaction.atomic():
        RemarkCount.objects.all().delete()
        RemarkCount.objects.bulk_create(counts, batch_size=500)
    return found
