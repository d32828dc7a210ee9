"""A form that is not saved over what its user has not seen: it shows what stands there now, beside what was typed.

For what has no drafts and no history: answers, the gallringsbeslut, accounts, old addresses. Contents make the same
promise by `ContentAdmin`, which compares whole states, parts and languages included.
"""

import hashlib
import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from editing.proof import proof_of


class SeenForm(forms.ModelForm):
    """Compares with the database, the row locked, before it is saved."""

    def held(self, obj: Any, name: str) -> Any:
        """What an object holds in a field of the form."""
        return getattr(obj, name, None)

    def told(self, obj: Any, name: str) -> str:
        """The same, as one reads it."""
        label = getattr(obj, f"get_{name}_display", None)
        return str(label() if label else self.held(obj, name))

    def digest(self, obj: Any) -> str:
        """Of all that the form shows of an object."""
        held = [(name, str(self.held(obj, name))) for name in sorted(self.fields)]
        return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:24]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "_restore" in self.data:
            self.add_error(None, _("Här är det du skrev. Det är inte sparat än."))
        stored = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
        if self.instance.pk and not stored:
            self.add_error(None, _("Någon har raderat det här medan du skrev. Det går inte att spara."))
        if stored and self.data.get("_seen") != self.digest(stored):
            message = _(
                "Någon har sparat det här medan du skrev. Där står nu: ”%(now)s”. "
                "Spara igen om det är din version som ska gälla."
            )
            for name in self.fields:
                if name in self.cleaned_data and self.cleaned_data[name] != self.held(stored, name):
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
            stored = None if request.method == "GET" else type(obj)._base_manager.filter(pk=obj.pk).first()
            context["seen"] = context["adminform"].form.digest(stored or obj)
            context["proof"] = proof_of(request.user, request.path)
        return super().render_change_form(request, context, *args, **kwargs)
