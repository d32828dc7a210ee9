"""Previews that are shared by a link: what they show, who shared them, until when."""

from typing import Any, NamedTuple

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from editing.models import Preview
from editing.templatetags.editing import person
from publishing.templatetags.site import absolute


class SharedLink(NamedTuple):
    preview: Preview
    title: str
    is_stored: bool
    who: str
    address: str


def permission(preview: Preview) -> str:
    """The permission to change what a preview shows. Its maker needs it for the link to work."""
    app, model = preview.model.split(".")
    return f"{app}.change_{model}"


def shared_links(user: Any, **about: Any) -> list[SharedLink]:
    """Return the valid links to objects that the user may change, by expiry."""
    found = Preview.objects.filter(is_shared=True, expires_at__gt=timezone.now(), user__is_active=True, **about)
    stored = found.select_related("user").defer("data", "pages").order_by("expires_at", "pk")
    previews = [one for one in stored if all(who.has_perm(permission(one)) for who in (user, one.user))]
    keys = [one.object_id or 0 for one in previews]
    objects = {label: apps.get_model(label)._base_manager.in_bulk(keys) for label in {one.model for one in previews}}
    return [shared_link(one, objects[one.model].get(one.object_id)) for one in previews]


def shared_link(preview: Preview, obj: Any) -> SharedLink:
    """The link with the name of its object, or of its kind where nothing is stored."""
    title = str(obj) if obj else capfirst(apps.get_model(preview.model)._meta.verbose_name)
    path = reverse("shared_preview", args=[preview.key, "sv"])
    return SharedLink(preview, str(title), bool(obj), person(preview.user), absolute(path))
