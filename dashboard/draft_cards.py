"""The cards of the admin's first page about what has been proposed and shared (`dashboard.cards.PROVIDERS`)."""

from typing import Any

from django.apps import apps
from django.db.models import F
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dashboard.card import LINES, Card, Line, may
from editing.deletion import change_url
from editing.models import Proposal
from editing.sharing import shared_links
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
        Line(str(item), change_url(item), state_of(row)) for row in rows[:LINES] if (item := there.get(str(row.draft)))
    ]
    hint = _("A coordinator publishes what is ready, or sends it back.")
    if user.has_perm("editing.publish"):
        hint = _("Publish the draft, or send it back with a reply.")
    return Card(_("Ready for review"), str(len(rows)), lines, hint) if lines else None


def state_of(proposal: Proposal) -> str:
    """Who proposed a draft or sent it back, when, and with which note."""
    words = _("%(who)s has been ready since %(day)s")
    who, when, note = proposal.asked_by, proposal.asked_at, proposal.note
    if proposal.returned_at and proposal.returned_by:
        words = _("%(who)s sent it back on %(day)s")
        who, when, note = proposal.returned_by, proposal.returned_at, proposal.answer
    said = words % {"who": person(who), "day": long_date(when)}
    return f"{said}: {Truncator(note).chars(90)}" if note else said


def shared_previews(user: Any) -> Card | None:
    """Every link to a preview that works without an account; each works for a week at most."""
    lines = [
        Line(
            link.title,
            change_url(apps.get_model(link.preview.model)(pk=link.preview.object_id)) if link.is_stored else "",
            shared=link,
        )
        for link in shared_links(user)
    ]
    hint = _("Anyone with one of these links sees the preview without logging in.")
    return Card(_("Shared previews"), str(len(lines)), lines, hint) if lines else None
