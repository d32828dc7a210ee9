"""The cards of the admin's first page for administrators: backups and the nightly command."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from backup.clock import wrong_clock
from backup.models import backups_of_the_future, last_verified
from dashboard.card import Card, Line, may, moment
from dashboard.models import NightlyStep


def backup(user: Any) -> Card | None:
    """Where backups are to be made: none has been found whole for two days, or one is of the future."""
    if not settings.BACKUP_DIR or not may(user, "change", User):
        return None
    latest, title = last_verified(), _("Backup from the future")
    lines = [Line(item.name, detail=moment(item.made_at)) for item in backups_of_the_future()]
    hint = _("Tell the person who runs the server: the computer's clock has been wrong.")
    if not latest or timezone.now() - latest.made_at >= timedelta(days=2):
        title = _("A recent backup is missing")
        none = _("There is no backup that has been checked.")
        lines.append(Line(_("Last on %s") % moment(latest.made_at) if latest else none))
        hint = _("Tell the person who runs the server. If something breaks now, what you have written can be lost.")
    return Card(title, "", lines, hint) if lines else None


def nightly(user: Any) -> Card | None:
    """The steps of the nightly command that have not succeeded for two days, and a clock that may be wrong."""
    if not may(user, "change", User):
        return None
    steps = list(NightlyStep.objects.order_by("name"))
    lines = [
        Line(step.name, detail=_("Last on %s") % moment(step.succeeded_at) if step.succeeded_at else _("Never"))
        for step in steps
        if not step.succeeded_at or abs(timezone.now() - step.succeeded_at) > timedelta(days=2)
    ]
    if not steps and not settings.LOCAL:
        lines = [Line(_("It has never run."))]
    title = _("The nightly run has not succeeded for two days") if lines else _("The computer's clock may be wrong")
    if problem := wrong_clock():
        lines.append(Line(problem))
    hint = _("Tell the person who runs the server. Letters, deletion and backups may fail to happen.")
    return Card(title, "", lines, hint) if lines else None
