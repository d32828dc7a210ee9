"""Delete the texts of answers under the retention decision, and record the deletion."""

import calendar
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.models import Answer, Purge, Retention


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last of that month: 31 March less one month is 28 February."""
    years, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(years, month + 1)[1])
    return moment.replace(year=years, month=month + 1, day=day)


def purge_limit() -> datetime | None:
    """The moment before which the decision in force deletes; None without one."""
    decision, now = Retention.objects.first(), timezone.localtime()
    return months_before(now, decision.months) if decision and decision.is_in_force(now) else None


def purgeable(before: datetime) -> QuerySet[Answer]:
    """The older answers that have a text."""
    return Answer.objects.filter(created_at__lt=before).exclude(comment="", note="")


def purge(dry_run: bool) -> str:
    """Delete the texts that are older than the decision allows. Returns what was done. The anonymous answers stay.

    The record of it is kept in the same transaction.
    """
    decision = Retention.objects.first()
    if not decision:
        return _("Inget gallringsbeslut är registrerat, så inget tas bort.")
    now = timezone.localtime()
    if decision.effective_at and not decision.is_in_force(now):
        begins = timezone.localtime(decision.effective_at)
        return _("Gallringsbeslutet gäller från %s, så inget tas bort än.") % f"{begins:%Y-%m-%d %H:%M}"
    limit = months_before(now, decision.months)
    old = purgeable(limit)
    values: dict[str, Any] = {"number": 0, "limit": f"{limit:%Y-%m-%d}", "reference": decision.reference}
    if dry_run:
        values["number"] = old.count()
        return _("Texten i %(number)s svar från före %(limit)s skulle tas bort enligt %(reference)s.") % values
    with transaction.atomic():
        values["number"] = old.update(comment="", note="")
        if values["number"]:
            Purge.objects.create(answers=values["number"], older_than=limit, reference=decision.reference)
    return _("Texten i %(number)s svar från före %(limit)s är borttagen enligt %(reference)s.") % values
