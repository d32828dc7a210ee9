"""A form that is not saved over what its user has not seen: it shows what stands there now, beside what was typed.

For what has no drafts and no history (answers, the gallringsbeslut; accounts, in `desk`; old addresses, in `pages`).
Content has the same promise from `editing`, which this room does not import.
"""

import hashlib
import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


def value_of(obj: Any, name: str) -> Any:
    """An object's field; a role is an account's group."""
    return obj.groups.first() if name == "role" and hasattr(obj, "groups") else getattr(obj, name, None)


def shown(obj: Any, name: str) -> str:
    """What an object's field holds, as one reads it."""
    label = getattr(obj, f"get_{name}_display", None)
    return str(label() if label else value_of(obj, name))


def digest(obj: Any, fields: Any) -> str:
    """Of what a form shows of an object."""
    held = [(name, shown(obj, name)) for name in sorted(fields)]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:24]


class SeenForm(forms.ModelForm):
    """Compares with the database, the row locked, before it is saved."""

    def told(self, stored: Any, name: str) -> str:
        """What is stored in a field, in the words of whoever chose it."""
        return shown(stored, name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        stored = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
        if stored and self.data.get("_seen") != digest(stored, self.fields):
            message = _(
                "Någon har sparat det här medan du skrev. Där står nu: ”%(now)s”. "
                "Spara igen om det är din version som ska gälla."
            )
            for name in self.fields:
                if name in self.cleaned_data and self.cleaned_data[name] != value_of(stored, name):
                    self.add_error(name, forms.ValidationError(message, params={"now": self.told(stored, name)}))
        return cleaned


class SeenAdmin(admin.ModelAdmin):
    """An admin whose form carries a digest of what it showed."""

    form = SeenForm

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if obj := context["original"]:
            # A posted form has put what was typed into its object. It has also compared, so the newest has been shown.
            read = obj if request.method == "GET" else type(obj)._base_manager.get(pk=obj.pk)
            context["seen"] = digest(read, context["adminform"].form.fields)
        return super().render_change_form(request, context, *args, **kwargs)
