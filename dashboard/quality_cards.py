"""The cards of the admin's first page about links and texts that need mending (`dashboard.cards.PROVIDERS`)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dashboard.card import LINES, Card, Line, form_url, list_url, may
from publishing.templatetags.site import long_date
from quality.links import contents_of, name_of
from quality.models import CheckedLink

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
            form_url(CheckedLink, link.pk),
            _("%(sentence)s Sedan %(day)s.")
            % {"sentence": link.get_problem_display(), "day": long_date(link.failed_since or timezone.now())},
            links=tuple(
                (str(places[key]), form_url(type(places[key]), places[key].pk))
                for key in link.used_by[:PLACES]
                if key in places
            ),
        )
        for link in shown
    ]
    checked_at = CheckedLink.objects.elsewhere_checked_at()
    if not checked_at or timezone.now() - checked_at > timedelta(days=2):
        detail = _("Servern når inte internet, eller nattkörningen går inte. Säg till den som sköter driften.")
        lines.append(Line(_("Länkar till andra webbplatser kontrolleras inte."), detail=detail))
    hint = _("Under länken står sidorna där den finns. Rätta den där, eller välj länken för att ersätta den överallt.")
    count = broken.count() if shown else 0
    links = [(_("Länkar (%d)") % count, list_url(CheckedLink))] if count > LINES else []
    return Card(_("Trasiga länkar"), str(count or ""), lines, hint, links) if lines else None
