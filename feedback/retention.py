"""Delete the texts of answers and reports under the retention decision, and record the deletion."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.models import Answer, Purge, Retention
from publishing.dates import months_later

# What is deleted of what readers wrote: models with `created_at`, and their texts. Apps above this one add theirs.
TEXTS: dict[type[Model], tuple[str, ...]] = {Answer: ("comment", "note")}


def purge_limit() -> datetime | None:
    """The moment before which the decision in force deletes; None without one."""
    decision, now = Retention.objects.first(), timezone.localtime()
    return months_later(now, -decision.months) if decision and decision.is_in_force(now) else None


def purgeable(before: datetime) -> list[tuple[QuerySet[Any], dict[str, str]]]:
    """The older rows that have a text, by model, and what to make of their texts."""
    emptied = [(model, dict.fromkeys(texts, "")) for model, texts in TEXTS.items()]
    return [(model._default_manager.filter(created_at__lt=before).exclude(**empty), empty) for model, empty in emptied]


def count_purgeable(before: datetime) -> int:
    return sum(old.count() for old, _empty in purgeable(before))


def purge(dry_run: bool) -> str:
    """Delete the texts that are older than the decision allows. Returns what was done. The anonymous answers stay.

    The record of it is kept in the same transaction.
    """
    decision = Retention.objects.first()
    if not decision:
        return _("No retention decision is registered, so nothing is deleted.")
    now = timezone.localtime()
    if decision.effective_at and not decision.is_in_force(now):
        begins = timezone.localtime(decision.effective_at)
        return _("The retention decision applies from %s, so nothing is deleted yet.") % f"{begins:%Y-%m-%d %H:%M}"
    limit = months_later(now, -decision.months)
    values: dict[str, Any] = {"number": 0, "limit": f"{limit:%Y-%m-%d}", "reference": decision.reference}
    if dry_run:
        would = _("Text of %(number)s answers and problems from before %(limit)s would be deleted (%(reference)s).")
        return would % (values | {"number": count_purgeable(limit)})
    with transaction.atomic():
        values["number"] = sum(old.update(**empty) for old, empty in purgeable(limit))
        if values["number"]:
            Purge.objects.create(answers=values["number"], older_than=limit, reference=decision.reference)
    return _("Text of %(number)s answers and problems from before %(limit)s was deleted (%(reference)s).") % values
