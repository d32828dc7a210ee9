"""The card of the admin's first page about drafts that editors have proposed (`dashboard.cards.PROVIDERS`)."""

from typing import Any

from django.apps import apps
from django.db.models import F
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dashboard.card import LINES, Card, Line, form_url, may
from editing.models import Proposal
from editing.templatetags.editing import person
from publishing.templatetags.site import long_date
from quality.links import contents


def proposed(user: Any) -> list[Proposal]:
    """What the card shows: for those who publish, what they may publish; for others also what was sent back.

    A draft that has got a time is not among them: it will be published by itself.
    """
    found = Proposal.objects.filter(draft__schedule=None).select_related("draft", "asked_by", "returned_by")
    if user.has_perm("editing.publish"):
        found = found.filter(returned_at=None)
    rows = found.defer("draft__data").order_by(F("returned_at").asc(nulls_first=True), "asked_at")
    return [row for row in rows if may(user, "change", apps.get_model(row.draft.model))]


def proposals(user: Any) -> Card | None:
    """Drafts to publish or to send back, and those that were sent back, the oldest first."""
    rows = proposed(user)
    there = contents(str(row.draft) for row in rows[:LINES])
    lines = [
        Line(str(item), form_url(type(item), item.pk), state_of(row))
        for row in rows[:LINES]
        if (item := there.get(str(row.draft)))
    ]
    hint = _("A coordinator publishes what is ready, or sends it back.")
    if user.has_perm("editing.publish"):
        hint = _("Publish the draft, or send it back with a reply.")
    return Card(_("Ready for review"), str(len(rows)), lines, hint) if lines else None


def state_of(proposal: Proposal) -> str:
    """Who proposed a draft or sent it back, when, and with which note."""
    words, who, when, note = (
        _("%(who)s has been ready since %(day)s"),
        proposal.asked_by,
        proposal.asked_at,
        proposal.note,
    )
    if proposal.returned_at and proposal.returned_by:
        words, who = _("%(who)s sent it back on %(day)s"), proposal.returned_by
        when, note = proposal.returned_at, proposal.answer
    said = words % {"who": person(who), "day": long_date(when)}
    return f"{said}: {Truncator(note).chars(90)}" if note else said
