"""What readers see about a town, field by field, as plain text in a language."""

from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.forms import clean
from publishing.richtext import plain_text
from publishing.templatetags.site import in_language
from twinning.models import Partnership, Town

# The town's fields, as readers know them.
LABELS = {
    "name": _("Name of the town"),
    "introduction": _("Introduction"),
    "body": _("About the town"),
    "country": _("Country"),
    "website": _("Website"),
    "association_name": _("Twinning association"),
    "association_website": _("Website of the twinning association"),
}


class Entry(NamedTuple):
    """A field of a town, or one of its agreements, with the language of the text.

    An accepted correction is saved in `column`. Without one, the coordinator writes it in herself: nothing that a
    partner sends becomes formatted text or a choice.
    """

    label: str | Promise
    text: str = ""
    language: str = ""
    column: str = ""


def field_entry(town: Town, name: str, language: str) -> Entry:
    """A field as the town's page shows it: Swedish stands in for a missing translation."""
    if name.endswith("website"):
        return Entry(LABELS[name], getattr(town, name), language, name)
    with translation.override(language):
        if name == "country":
            return Entry(LABELS[name], town.get_country_display(), language)
        text, swedish = in_language(town, name)
    if name == "body":
        return Entry(LABELS[name], clean(plain_text(text)), swedish or language)
    return Entry(LABELS[name], clean(text), swedish or language, f"{name}_{language}")


def agreement_entry(agreement: Partnership, town: Town, language: str) -> Entry:
    """An agreement in words: its kind, its years and the note about it."""
    label = _("The partnership with %(town)s") % {"town": agreement.other(town).label}
    years = {"from": agreement.since and agreement.since.year, "to": agreement.until and agreement.until.year}
    with translation.override(language):
        facts = [agreement.get_kind_display(), render_to_string("includes/years.html", years).strip()]
        text = f"{', '.join(filter(None, facts))}. {in_language(agreement, 'note')[0]}"
    return Entry(label, clean(text), language)


def entries(town: Town, language: str) -> dict[str, Entry]:
    """What a partner is asked about, by name: the town's fields, its agreements, and anything else."""
    found = {name: field_entry(town, name, language) for name in LABELS}
    for agreement in Partnership.objects.shown().of(town).home_first():
        found[f"agreement-{agreement.pk}"] = agreement_entry(agreement, town, language)
    return found | {"note": Entry(_("Anything else you want to say"), language=language)}
