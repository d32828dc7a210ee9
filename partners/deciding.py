"""What the coordinator does with a correction: accept it, which saves the town, or decline it."""

import hashlib
from typing import Any

import reversion
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from editing.differences import Difference, word_pieces
from editing.translations import note_outdated
from partners.entries import Entry, entries
from partners.models import Suggestion
from twinning.models import Town


class Seen:
    """A correction beside what the site says now. `digest` names the text that is shown."""

    def __init__(self, suggestion: Suggestion, now: Entry | None) -> None:
        self.suggestion, self.entry = suggestion, now
        self.text = now.text if now else ""
        self.label = now.label if now else _("Det här finns inte längre på sidan")
        self.digest = hashlib.sha256(self.text.encode()).hexdigest()[:24]
        self.is_changed = self.text != suggestion.before
        self.is_by_hand = not (now and now.column)
        legend = _("Struket står på sidan nu, understruket vill partnern ha:")
        self.differences = [Difference(legend, word_pieces(self.text, suggestion.proposed))]


def seen(suggestions: list[Suggestion], town: Town, language: str) -> list[Seen]:
    """The corrections beside the town as it is now."""
    now = {entry.name: entry for entry in entries(town, language)}
    return [Seen(suggestion, now.get(suggestion.field)) for suggestion in suggestions]


@transaction.atomic
def accept(suggestion: Suggestion, digest: str, user: Any) -> str:
    """Save the proposal in the town, in the partner's language. Return why not, or "".

    `digest` is that of the text that the user saw: another one is not overwritten.
    """
    town = Town.objects.select_for_update().get(pk=suggestion.confirmation.town_id)
    shown = seen([suggestion], town, suggestion.confirmation.language)[0]
    if shown.digest != digest:
        return _("Texten har ändrats sedan du öppnade sidan. Läs båda och välj igen.")
    if not suggestion.proposed:
        return _("Förslagets text är gallrad. Avböj det.")
    if not decide(suggestion, Suggestion.State.ACCEPTED, user):
        return _("Någon annan har redan svarat på förslaget.")
    if shown.entry and not shown.is_by_hand:
        field: Any = Town._meta.get_field(shown.entry.column)
        setattr(town, field.name, suggestion.proposed)
        try:
            field.clean(suggestion.proposed, town)
        except ValidationError as error:
            transaction.set_rollback(True)
            return " ".join(error.messages)
        with reversion.create_revision():
            reversion.set_user(user)
            reversion.set_comment(_("Rättat av partnern: %s") % shown.label)
            town.save()
        note_outdated(town, {shown.entry.column})
    return ""


def decide(suggestion: Suggestion, state: Suggestion.State, user: User) -> bool:
    """Note what was decided, once. False where it was decided already."""
    waiting = Suggestion.objects.filter(pk=suggestion.pk, state=Suggestion.State.WAITING)
    return bool(waiting.update(state=state, decided_at=timezone.now(), decided_by=user))
