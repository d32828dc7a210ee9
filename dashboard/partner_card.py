"""The card of the admin's first page about partner towns and what they say (`dashboard.cards.PROVIDERS`)."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.card import Card, Line, list_url, may
from editing.deletion import change_url
from partners.models import Confirmation, Suggestion
from publishing.templatetags.site import long_date
from twinning.models import Town
from twinning.relations import BETWEEN

SOON = timedelta(days=7)
YEAR = timedelta(days=365)


def suggested() -> list[Line]:
    """The answers with corrections that wait, the oldest first."""
    waiting = Count("suggestions", filter=Q(suggestions__state=Suggestion.State.WAITING))
    found = Confirmation.objects.annotate(waiting=waiting).filter(waiting__gt=0).select_related("town")
    return [
        Line(
            str(item.town),
            change_url(item),
            ngettext("%d proposal is waiting for you", "%d proposals are waiting for you", item.waiting) % item.waiting,
        )
        for item in found.order_by("answered_at", "pk")
    ]


def ending() -> list[Confirmation]:
    """Unanswered links that expire soon, or have expired without a new one."""
    latest = {item.town_id: item for item in Confirmation.objects.select_related("town").order_by("created_at", "pk")}
    limit = timezone.now() + SOON
    found = latest.values()
    return [item for item in found if not item.answered_at and not item.revoked_at and item.expires_at < limit]


def unanswered(links: list[Confirmation]) -> list[Line]:
    """A line for each link that needs attention."""
    valid, expired = _("No answer. The link is valid until %s."), _("No answer. The link was valid until %s.")
    return [
        Line(str(item.town), change_url(item), (valid if item.is_open else expired) % long_date(item.expires_at))
        for item in links
    ]


def unconfirmed(asked: list[Confirmation]) -> list[Line]:
    """Towns with an agreement in force, without an answer for a year and without an open link."""
    towns = Town.objects.published().with_relation().filter(relation__in=BETWEEN)
    towns = towns.annotate(answered=Max("confirmations__answered_at"))
    is_open = {"answered_at": None, "revoked_at": None, "expires_at__gt": timezone.now()}
    towns = towns.exclude(pk__in=Confirmation.objects.filter(**is_open).values("town"))
    towns = towns.exclude(pk__in=[item.town_id for item in asked])
    due = towns.filter(Q(answered=None) | Q(answered__lte=timezone.now() - YEAR))
    return [
        Line(
            str(town),
            reverse("admin:partners_confirmation_add", query={"town": town.pk}),
            _("Last answered %s") % long_date(town.answered) if town.answered else _("Has never answered"),
        )
        for town in due
    ]


def partners(user: Any) -> Card | None:
    """What partner towns have answered, and which to ask."""
    if not may(user, "change", Confirmation):
        return None
    links = ending()
    lines = [*suggested(), *unanswered(links), *unconfirmed(links)]
    hint = _("Ask each twin town once a year to read what we write about it. Choose a town to create a link.")
    whole = [(_("All confirmations"), list_url(Confirmation))]
    return Card(_("The partner confirms"), str(len(lines)), lines, hint, whole) if lines else None
