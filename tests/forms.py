"""Fill in an admin form as a browser would: all its values, some of them changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.forms import MultiWidget
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse

SAME_ORIGIN = {"origin": "http://testserver"}


def admin_url(obj: Any, page: str = "change") -> str:
    """The address of an object's page in the admin; of a model's list or add form where `obj` is a model."""
    args = [] if isinstance(obj, type) else [obj.pk]
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{page}", args=args)


@contextmanager
def unwritten() -> Iterator[None]:
    """Leave the pages of forms and lists empty, which halves their time, where only what they would show matters."""
    with mock.patch.object(SimpleTemplateResponse, "rendered_content", ""):
        yield


def filled_in(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What the form at `url` would post if nothing was touched but `changes` (by the inputs' names)."""
    with unwritten():
        context = getattr(client.get(url), "context_data", {})
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    names = {"_seen": "seen", "_draft_seen": "draft_seen", "_proof": "proof"}
    data: dict[str, Any] = {name: context.get(key, "") for name, key in names.items()}
    for form in forms:
        for bound in form:
            value, widget = bound.value(), bound.field.widget
            if isinstance(widget, MultiWidget):
                parts = value if isinstance(value, list) else widget.decompress(value)
                data |= {f"{bound.html_name}_{i}": part for i, part in enumerate(parts)}
            elif getattr(widget, "input_type", "") != "file":
                data[bound.html_name] = value
    return {name: value for name, value in (data | changes).items() if value is not None and value is not False}


def errors(response: Any) -> dict[str, list[str]]:
    """The messages at a refused form's fields."""
    found = {name: list(messages) for name, messages in response.context["adminform"].form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= {f"{form.prefix}-{name}": list(messages) for name, messages in form.errors.items()}
    return found


def save(editor: Client, obj: Any, **changes: Any) -> None:
    """Save the form of an object with some inputs changed, and read the object again."""
    url = admin_url(obj)
    response = editor.post(url, filled_in(editor, url, **changes))
    assert response.status_code == 302, errors(response)
    obj.refresh_from_db()


def refused(editor: Client, obj: Any, **changes: Any) -> dict[str, list[str]]:
    """The messages at the fields of a form that is not saved."""
    url = admin_url(obj)
    return errors(editor.post(url, filled_in(editor, url, **changes)))
