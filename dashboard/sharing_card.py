"""The card of the admin's first page about shared previews (`dashboard.cards.PROVIDERS`)."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from dashboard.card import Card, Line, form_url
from editing.sharing import shared_links


def shared_previews(user: Any) -> Card | None:
    """Every link to a preview that works without an account; each works for a week at most."""
    lines = [
        Line(
            link.title,
            form_url(apps.get_model(link.preview.model), link.preview.object_id or 0) if link.is_stored else "",
            shared=link,
        )
        for link in shared_links(user)
    ]
    hint = _("Anyone with one of these links sees the preview without logging in.")
    return Card(_("Shared previews"), str(len(lines)), lines, hint) if lines else None
