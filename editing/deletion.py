"""The page for deleting contents: what is deleted too, where it is used, and a last version to recover it from."""

from typing import Any

import reversion
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editing.form_admin import FormAdmin
from publishing.models import Content, Publishable
from publishing.richtext import texts_with

# The most objects of a kind to name; the rest are counted.
NAMED = 20
# By model, the form that asks what else is to be decided when one of it or of its subclasses is deleted. It is made
# with `page`, the object, and saved when that has been deleted. A higher app adds its own.
DELETION_FORMS: dict[type[models.Model], Any] = {}


def change_url(item: models.Model) -> str:
    """The address of the form that an object is edited on: its own, or that of the object it is a part of."""
    try:
        return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk])
    except NoReverseMatch:
        owners = [getattr(item, f.name) for f in item._meta.fields if f.many_to_one]
        return change_url(owners[0]) if owners and owners[0] else ""


def related(obj: models.Model, goes_too: bool) -> list[dict[str, Any]]:
    """The contents that refer to an object, by kind: what is deleted too (its parts), or where it is used.

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
        found.append(listed(field.related_model._base_manager.filter(**{field.field.name: obj.pk})))
    return [kind for kind in found if kind["count"]]


def listed(items: models.QuerySet[Any]) -> dict[str, Any]:
    """How many contents of a kind there are, and the first of them with their forms."""
    named = [(item, change_url(item)) for item in items.order_by("pk")[:NAMED]]
    count = items.count()
    return {"kind": items.model._meta.verbose_name_plural, "count": count, "named": named, "more": count - len(named)}


def linking(obj: Any) -> list[dict[str, Any]]:
    """The contents, by kind, with a link to a page in a text. Its own texts do not count."""
    if not isinstance(obj, Publishable):
        return []
    texts = texts_with(f'href="page:{obj.key}"')
    found = [listed(rows.exclude(pk=obj.pk) if rows.model is type(obj) else rows) for rows in texts]
    return [kind for kind in found if kind["count"]]


class DeletionMixin(FormAdmin):
    delete_confirmation_template = "editing/delete_confirmation.html"
    # What happens where the object is used.
    when_used = gettext_lazy("The connection is removed there. The rest of the page stays.")

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.stored(request, object_id)
        asking = next((form for model, form in DELETION_FORMS.items() if isinstance(obj, model)), None)
        form = asking(request.POST or None, page=obj) if asking else None
        if form and request.POST and not form.is_valid():
            request.POST = QueryDict()  # so that Django asks again, with the form's message
        request.deletion_form = form  # type: ignore[attr-defined]
        return super().delete_view(request, object_id, {"form": form, **(extra_context or {})})

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        obj = context["object"]
        context |= {
            "title": (_("“%s” cannot be deleted") if context["protected"] else _("Do you want to delete “%s”?")) % obj,
            "parts": related(obj, goes_too=True),
            "uses": related(obj, goes_too=False),
            "when_used": self.when_used,
            "linking": linking(obj),
        }
        return super().render_delete_form(request, context)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Keep a last version, in a revision of its own: one is saved only while its object is there."""
        with self.new_revision(request, _("Deleted")):
            reversion.add_to_revision(obj)
        super().delete_model(request, obj)
        if form := request.deletion_form:  # type: ignore[attr-defined]
            form.save()
