"""Who has a form open right now, so that two do not write over each other unawares."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from editing.models import Presence
from editing.templatetags.editing import person

# A form's page tells every half a minute that it is open.
GONE_AFTER = timedelta(seconds=90)


def register_presence(model: str, object_id: int, user: Any) -> list[str]:
    """Note that a user has an object's form open. Returns the names of the others who have."""
    now = timezone.now()
    at = Presence.objects.filter(model=model, object_id=object_id)
    Presence.objects.update_or_create(
        model=model, object_id=object_id, user=user, defaults={"seen_at": now}, create_defaults={"seen_at": now}
    )
    others = at.filter(seen_at__gt=now - GONE_AFTER).exclude(user=user).select_related("user").order_by("since")
    return [person(presence.user) for presence in others]
