"""The three roles, each a group whose permissions are those written here."""

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from accessibility.models import Shortcoming
from accounts.models import LoginRecord
from contacts.models import Contact
from dashboard.models import Note
from editing.models import Draft, Preview
from feedback.models import Answer
from networks.models import Fact, Project
from pages.models import OldAddress
from pages.registry import REGISTRY
from quality.models import CheckedLink
from twinning.models import Exchange, Partnership

OURS = ["pages", "accessibility", "news", "twinning", "networks", "contacts", "editing", "feedback", "search"]
OURS += ["quality", "dashboard", "partners"]


def may(actions: str, *models: type[Model]) -> Q:
    """The permissions for these actions on these models."""
    found = Q(pk__in=[])
    for model in models:
        codenames = [f"{action}_{model._meta.model_name}" for action in actions.split()]
        found |= Q(content_type__app_label=model._meta.app_label, codename__in=codenames)
    return found


# What is public as soon as it is saved, having no publishing of its own, the editor does not add.
EDITOR = (
    may("view add change", *(kind.model for kind in REGISTRY), Project, Fact, Shortcoming)
    | may("view change", Exchange)
    | may("view add change", Note)
    | may("view", Contact, Partnership, Answer, OldAddress, CheckedLink)
    | may("view add change delete", Draft, Preview)
)
COORDINATOR = Q(content_type__app_label__in=OURS)
ADMINISTRATOR = COORDINATOR | may("view add change", User) | may("view", LoginRecord)

ROLES: dict[str, tuple[Any, Q]] = {
    "Redaktör": (_("writes drafts. Someone else publishes them."), EDITOR),
    "Samordnare": (
        _("does everything with the content: writes, publishes, deletes and reads the answers."),
        COORDINATOR,
    ),
    "Administratör": (_("does what the coordinator does, and decides who may log in."), ADMINISTRATOR),
}


def keep_roles(using: str = "default", **kwargs: Any) -> None:
    """Make the groups with exactly these permissions, after every migration."""
    for name, (_description, permissions) in ROLES.items():
        group, _made = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set(Permission.objects.using(using).filter(permissions))
