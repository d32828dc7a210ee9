"""What readers see about a town, field by field, as plain text in a language."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from publishing.richtext import plain_text
from twinning.models import Partnership, Town

# The town's fields, as readers know them.
LABELS = {
    "name": _("Ortens namn"),
    "introduction": _("Presentation"),
    "body": _("Om orten"),
    "country": _("Land"),
    "website": _("Webbplats"),
    "association_name": _("Vänortsförening"),
    "association_website": _("Vänortsföreningens webbplats"),
}
TRANSLATED = {"name", "introduction", "body", "association_name"}
# What the coordinator writes in herself: nothing that a partner sends becomes formatted text or a choice.
BY_HAND = {"body", "country"}
LONGEST = 5000


@dataclass(frozen=True)
class Entry:
    """A field of a town, or one of its agreements. `language` is that of the text."""

    name: str
    label: str
    text: str
    language: str = ""
    column: str = ""

    @property
    def most(self) -> int:
        """The most characters that may be proposed."""
        return (Town._meta.get_field(self.column).max_length or LONGEST) if self.column else LONGEST

    def clean(self, proposed: str) -> str:
        """What can be stored of a proposal. Raises ValidationError in the active language."""
        if len(proposed) > self.most:
            message = _("Texten är för lång. Den får ha högst %(most)d tecken.")
            raise ValidationError(message, params={"most": self.most})
        if not self.column:
            return proposed
        field: Any = Town._meta.get_field(self.column)
        proposed = " ".join(proposed.split())
        if self.column.endswith("website"):  # as people type it
            proposed = field.formfield().clean(proposed)
        return str(field.clean(proposed, None))


def text_in(town: Town, name: str, language: str) -> tuple[str, str]:
    """A text of the town and its language: Swedish stands in for a missing translation."""
    for code in dict.fromkeys((language, settings.LANGUAGE_CODE)):
        if value := getattr(town, f"{name}_{code}"):
            return str(value), code
    return "", language


def entry_of(town: Town, name: str, language: str) -> Entry:
    """A field as the town's page shows it."""
    label = str(LABELS[name])
    if name == "country":
        with translation.override(language):
            return Entry(name, label, str(town.get_country_display()), language)
    if name not in TRANSLATED:
        return Entry(name, label, str(getattr(town, name)), column=name)
    text, shown = text_in(town, name, language)
    column = "" if name in BY_HAND else f"{name}_{language}"
    return Entry(name, label, plain_text(text) if name in BY_HAND else text, shown, column)


def agreement_entry(town: Town, agreement: Partnership, language: str) -> Entry:
    """An agreement in words: its kind, its years and the note about it."""
    label = str(_("Samarbetet med %(town)s") % {"town": agreement.other(town).label})
    from_to = {"from": agreement.since and agreement.since.year, "to": agreement.until and agreement.until.year}
    with translation.override(language):
        years = render_to_string("includes/years.html", from_to).strip()
        facts = ", ".join(filter(None, [str(agreement.get_kind_display()), years]))
    note = getattr(agreement, f"note_{language}") or agreement.note_sv
    return Entry(f"agreement-{agreement.pk}", label, f"{facts}. {note}" if note else facts, language)


def entries(town: Town, language: str) -> list[Entry]:
    """Return all entries of a town: its fields and its agreements."""
    agreements = Partnership.objects.shown().of(town).home_first()
    return [
        *(entry_of(town, name, language) for name in LABELS),
        *(agreement_entry(town, agreement, language) for agreement in agreements),
    ]
