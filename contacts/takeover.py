"""Replace a contact by its successor on every page, on a set day."""

from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from contacts.models import Answerable, Contact


def take_over_due() -> list[tuple[Contact, Contact, int]]:
    """Replace the contacts whose day has come. Returns (old, new, number of pages) for each."""
    due = Contact.objects.filter(succeeded_on__lte=timezone.localdate(), successor__isnull=False)
    if not due.exists():
        return []
    with transaction.atomic():
        rows = list(due.select_for_update(of=["self"]).select_related("successor").order_by("pk"))
        return [(old, old.successor, take_over(old, old.successor)) for old in rows if old.successor]


def take_over(old: Contact, new: Contact) -> int:
    """Replace a contact by another everywhere. Returns the number of objects changed."""
    answerable: list[Any] = [model for model in apps.get_models() if issubclass(model, Answerable)]
    number = sum(model._base_manager.filter(contact=old).update(contact=new) for model in answerable)
    Contact.objects.filter(stand_in=old).exclude(pk=new.pk).update(stand_in=new)
    Contact.objects.filter(pk=old.pk).update(successor=None, succeeded_on=None)
    if old.is_main:
        new.is_main = True
        new.save()
    return number
