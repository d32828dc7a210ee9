"""Notes on what has to be found out about an object ("Att reda ut"): their card, the box on a form, those shipped."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from contacts.models import Contact
from dashboard.card import LINES, Card, Line, list_url, may
from dashboard.models import Note
from editing.deletion import change_url
from pages.loader import MODELS
from pages.registry import PAGES
from quality.links import contents
from twinning.models import Partnership


def items_of(notes: Iterable[Note]) -> list[Any]:
    """The object of each note, by one query for each model; None for one that has been deleted."""
    found = contents(note.page for note in notes)
    return [found.get(note.page) for note in notes]


def choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Every object that has a page, public or not, every agreement and every contact."""
    agreements = Partnership.objects.select_related("town_a", "town_b")
    found = [*(kind.model._default_manager.all() for kind in PAGES), agreements, Contact.objects.all()]
    return [
        (capfirst(str(rows.model._meta.verbose_name_plural)), [(row.key, str(row)) for row in rows]) for rows in found
    ]


def open_notes(user: Any) -> Card:
    """Notes that are not resolved, the oldest first."""
    notes = Note.objects.filter(resolved_at=None) if may(user, "view", Note) else Note.objects.none()
    first = list(notes[:LINES])
    lines = [
        Line(
            str(item or _("A page that has been deleted")),
            change_url(item if item and may(user, "view", item) else note),
            Truncator(note.text).chars(160),
        )
        for note, item in zip(first, items_of(first), strict=True)
    ]
    hint = _(
        "Facts that the sources disagree about, or that nobody knows. Find out, correct the page and tick Resolved."
    )
    links = [(_("To find out"), list_url(Note))]
    return Card(_("To find out"), str(notes.count()), lines, hint, links)


def shipped_notes(folder: Path) -> Iterator[Note]:
    """The shipped notes. A file names its object by the file of that: `page = "towns/molndal"`."""
    for path in sorted((folder / "notes").glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        kind, slug = data["page"].split("/")
        model: Any = MODELS[kind]
        yield Note(**data | {"page": model._default_manager.get(slug=slug).key})
