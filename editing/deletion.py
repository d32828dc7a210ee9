"""Deleting without fear: what goes, what stays and how it changes, and how to get it back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reversion
from django import forms
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.models import Content

# As many of each kind as are named; of the rest only the number is told.
NAMED = 20


@dataclass
class Related:
    """Content of one kind that has to do with what is deleted: how many there are, the first of them with links."""

    kind: Any
    count: int
    named: list[tuple[Any, str]]

    @property
    def more(self) -> int:
        return self.count - len(self.named)


def change_url(item: models.Model) -> str:
    """The address of the form that an object is edited on: its own, or that of the object it is a part of."""
    try:
        return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk])
    except NoReverseMatch:
        owners = [getattr(item, f.name) for f in item._meta.fields if f.many_to_one]
        return change_url(owners[0]) if owners and owners[0] else ""


def related(obj: models.Model, goes_too: bool) -> list[Related]:
    """The content that refers to an object: what goes with it (its parts), or what stays (where it is used).

    What forbids the deletion (PROTECT) is in neither; Django tells of it.
    """
    found = []
    fields: Any = obj._meta.get_fields(include_hidden=True)
    for field in fields:
        if not (field.auto_created and not field.concrete and issubclass(field.related_model, Content)):
            continue
        on_delete = getattr(field, "on_delete", None)  # none for a list of objects
        if on_delete is models.PROTECT or (on_delete is models.CASCADE) is not goes_too:
            continue
        items = field.related_model._base_manager.filter(**{field.field.name: obj.pk})
        if count := items.count():
            named = [(item, change_url(item)) for item in items.order_by("pk")[:NAMED]]
            found.append(Related(field.related_model._meta.verbose_name_plural, count, named))
    return found


class SafeDeletion:
    """The admin's page for deleting, of content: nothing is deleted that has no version to be brought back from."""

    delete_confirmation_template: Any = "editing/delete_confirmation.html"
    # Asks what else must be decided. Made with `page`, the object; saved when it has been deleted.
    deletion_form: Callable[..., forms.Form] | None = None
    # What happens where the object is used.
    when_used = gettext_lazy("Kopplingen tas bort där. Resten av sidan är kvar.")

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        form: Any = self.deletion_form(request.POST or None, page=obj) if obj and self.deletion_form else None
        if form and request.POST and not form.is_valid():
            request.POST = QueryDict()  # so that Django asks again, with the form's message
        request.deletion_form = form  # type: ignore[attr-defined]
        return super().delete_view(request, object_id, {"form": form, **(extra_context or {})})  # type: ignore[misc]

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        obj = context["object"]
        context |= {
            "title": (_("”%s” går inte att radera") if context["protected"] else _("Vill du radera ”%s”?")) % obj,
            "parts": related(obj, goes_too=True),
            "uses": related(obj, goes_too=False),
            "when_used": self.when_used,
        }
        return super().render_delete_form(request, context)  # type: ignore[misc]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Keep a last version, in a revision of its own: one is saved only while its object is there."""
        with reversion.create_revision():
            reversion.set_user(request.user)
            reversion.set_comment(_("Raderad"))
            reversion.add_to_revision(obj)
        super().delete_model(request, obj)  # type: ignore[misc]
        if form := request.deletion_form:  # type: ignore[attr-defined]
            form.save()
