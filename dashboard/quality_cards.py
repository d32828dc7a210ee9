"""The cards of the admin's first page about links and texts that need mending (`dashboard.cards.PROVIDERS`)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.card import LINES, Card, Line, list_url, may
from editing.deletion import change_url
from pages.registry import PAGES
from publishing.templatetags.site import long_date
from quality.links import contents, contents_of, name_of
from quality.models import CheckedLink, RemarkCount

PLACES = 3  # of a link in the card


def broken_links(user: Any) -> Card | None:
    """Links that lead nowhere, those that broke last first, with the forms where they stand."""
    if not may(user, "view", CheckedLink):
        return None
    broken = CheckedLink.objects.broken()
    shown = list(broken.order_by("-failed_since", "url")[:LINES])
    places = contents_of(shown)
    lines = [
        Line(
            Truncator(name_of(link, places)).chars(90),
            change_url(link),
            _("%(sentence)s Since %(day)s.")
            % {"sentence": link.get_problem_display(), "day": long_date(link.failed_since or timezone.now())},
            links=tuple((str(places[key]), change_url(places[key])) for key in link.used_by[:PLACES] if key in places),
        )
        for link in shown
    ]
    checked_at = CheckedLink.objects.elsewhere_checked_at()
    if not checked_at or timezone.now() - checked_at > timedelta(days=2):
        detail = _("The server cannot reach the internet, or the nightly run has stopped. Tell the person who runs it.")
        lines.append(Line(_("Links to other websites are not checked."), detail=detail))
    hint = _("Below a link are the pages that hold it. Correct it there, or choose the link to replace it everywhere.")
    count = broken.count() if shown else 0
    links = [(_("Links (%d)") % count, list_url(CheckedLink))] if count > LINES else []
    return Card(_("Broken links"), str(count or ""), lines, hint, links) if lines else None


def to_improve(user: Any) -> Card | None:
    """The public pages with the most remarks, as they were counted last night."""
    labels = [kind.model._meta.label_lower for kind in PAGES if may(user, "change", kind.model)]
    rows = RemarkCount.objects.filter(model__in=labels, count__gt=0).order_by("-count", "model", "object_id")
    worst = list(rows[:LINES])
    pages = contents(row.key for row in worst)
    lines = [
        Line(page.heading, change_url(page), ngettext("%d suggestion", "%d suggestions", row.count) % row.count)
        for row in worst
        if (page := pages.get(row.key))
    ]
    hint = _(
        "The five pages with the most to improve. The suggestions are at the top of the form and are "
        "renewed each night."
    )
    return Card(_("Pages to improve"), "", lines, hint) if lines else None
