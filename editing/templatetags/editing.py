from collections.abc import Iterator
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def person(user: Any) -> str:
    """The user's name; the site itself for a change without a user."""
    return (user.get_full_name() or user.get_username()) if user else _("Website page")


class FieldError(NamedTuple):
    """What is wrong in a form. `id` is that of the input, empty where the error concerns no single one."""

    id: str
    label: str
    message: str


def errors_in(form: BaseForm, part: str = "") -> Iterator[FieldError]:
    """The errors of a form, of which `part` says what it is about."""
    yield from (FieldError("", part, str(error)) for error in form.non_field_errors())
    for field in form:
        label = f"{part}: {field.label}" if part else str(capfirst(field.label))
        yield from (FieldError(field.id_for_label or field.auto_id, label, str(error)) for error in field.errors)


@register.simple_tag
def errors_of(form: BaseForm, formsets: list[Any]) -> list[FieldError]:
    """The errors of an admin form and of its parts, in the order of the page."""
    found = list(errors_in(form))
    for formset in formsets:
        name = str(capfirst(formset.opts.verbose_name))
        found += [FieldError("", name, error) for error in formset.formset.non_form_errors()]
        for number, row in enumerate(formset.formset.forms, 1):
            found += errors_in(row, f"{name} {number}")
    return found


@register.inclusion_tag("includes/edit_link.html", takes_context=True)
def edit_link(context: Any) -> dict[str, str]:
    """The form of a public page's content, for a user who may change it. Nothing, not even a blank, for anyone else.

    The session is read only if the request has its cookie, which the front takes away from a page that it keeps.
    """
    request, page = context["request"], context["page"]
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {"url": ""}
    app, model = page._meta.app_label, page._meta.model_name
    allowed = request.user.is_staff and request.user.has_perm(f"{app}.change_{model}")
    return {"url": reverse(f"admin:{app}_{model}_change", args=[page.pk]) if allowed else ""}
