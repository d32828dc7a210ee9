"""Deleting answers when the decision says so, and keeping the record of it."""

import calendar
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.models import Answer, Purge, Retention

BATCH = 1000


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last of that month: 31 March less one month is 28 February."""
    years, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(years, month + 1)[1])
    return moment.replace(year=years, month=month + 1, day=day)


def purge(dry_run: bool) -> str:
    """Delete the answers that are older than the decision lets us keep, and say so. The tallies hold no text and stay.

    In batches, so that nobody who answers has to wait. Each is recorded with its deletion: a run that is cut off has
    told what it did.
    """
    decision = Retention.objects.first()
    if not decision:
        return _("Inget gallringsbeslut är registrerat, så inget tas bort.")
    now = timezone.localtime()
    if decision.effective_at and not decision.is_in_force(now):
        begins = timezone.localtime(decision.effective_at)
        return _("Gallringsbeslutet gäller från %s, så inget tas bort än.") % f"{begins:%Y-%m-%d %H:%M}"
    limit = months_before(now, decision.months)
    old = Answer.objects.filter(created_at__lt=limit)
    values = {"number": 0, "limit": f"{limit:%Y-%m-%d}", "reference": decision.reference}
    if dry_run:
        values["number"] = old.count()
        return _("%(number)s svar från före %(limit)s skulle tas bort enligt %(reference)s.") % values
    record, deleted = None, 0
    while batch := list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            record = record or Purge.objects.create(answers=0, older_than=limit, reference=decision.reference)
            number, _models = Answer.objects.filter(pk__in=batch).delete()
            Purge.objects.filter(pk=record.pk).update(answers=F("answers") + number)
        deleted += number
    values["number"] = deleted
    return _("%(number)s svar från före %(limit)s är borttagna enligt %(reference)s.") % values
