"""The data migration that gives each language a slug of its own. Frozen: released migrations call it."""

from typing import Any

from django.db.migrations import RunPython
from django.utils.text import slugify

LETTERS = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
OTHERS = ("en", "da", "de", "it", "pl", "cs", "fr")


def copy_slugs(app: str, model: str, title: str) -> RunPython:
    """Copy `slug` to `slug_sv`, and make the other languages' slugs of the translated titles."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        rows: list[Any] = list(apps.get_model(app, model).objects.order_by("pk"))
        taken = {row.slug: row.pk for row in rows}
        for row in rows:
            row.slug_sv = row.slug
            for code in OTHERS:
                slug = slugify((getattr(row, f"{title}_{code}") or "").translate(LETTERS))[:80].strip("-")
                # Another page's slug or a number alone is left out: that language uses the Swedish one.
                if slug and not slug.isdecimal() and slug != row.slug and taken.setdefault(slug, row.pk) == row.pk:
                    setattr(row, f"slug_{code}", slug)
            row.save(update_fields=["slug_sv", *(f"slug_{code}" for code in OTHERS)])

    return RunPython(forwards, RunPython.noop)
