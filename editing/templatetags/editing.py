from collections.abc import Iterator
from typing import Any, NamedTuple

from django import template
from django.forms import BaseForm
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def person(user: Any) -> str:
    """The user's name; the site itself for a change without a user."""
    return (user.get_full_name() or user.get_username()) if user else _("Webbplatsen")


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
