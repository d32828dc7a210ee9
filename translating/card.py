"""The dashboard's card of what is left to translate."""

from collections import Counter
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.card import Card, Line
from editing.models import TranslationStatus
from editing.translations import OTHER_LANGUAGES, State
from translating.status import MISSING, all_rows, changeable, part_relations


def missing_pages(user: Any) -> Counter[str]:
    """The number of public objects of which a text is missing, by language."""
    rows = [row for row in all_rows(user) if getattr(row.obj, "is_published", True)]
    return Counter(language for row in rows for language, state in row.states.items() if state == MISSING)


def translations(user: Any) -> Card | None:
    """What is missing, outdated and not reviewed in each language, with a link to the desk."""
    found = changeable(user)
    if not found:
        return None
    found += [relation.related_model for model in found for relation in part_relations(model)]
    stored = TranslationStatus.objects.filter(model__in=[model._meta.label_lower for model in found]).order_by()
    missing = missing_pages(user)
    texts = {
        (language, state): number
        for language, state, number in stored.values_list("language", "state").annotate(Count("pk"))
    }
    lines = []
    for code, name in OTHER_LANGUAGES:
        outdated, unreviewed = (texts.get((code, state), 0) for state in (State.OUTDATED, State.UNREVIEWED))
        left = [
            missing[code] and ngettext("missing on %d page", "missing on %d pages", missing[code]) % missing[code],
            outdated and ngettext("%d outdated text", "%d outdated texts", outdated) % outdated,
            unreviewed and ngettext("%d text to review", "%d texts to review", unreviewed) % unreviewed,
        ]
        if any(left):
            url = reverse("translating:desk", query={"language": code})
            lines.append(Line(capfirst(str(name)), url, ", ".join(filter(None, left))))
    return Card(_("Translations to do"), "", lines) if lines else None
