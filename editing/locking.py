"""Optimistic locking: a form is not saved over changes that its user has not seen; both versions are shown instead.

A form carries `_seen`, a hash of what it showed. A save locks the row and compares.
"""

import hashlib
import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from reversion.models import Version

from editing.differences import Difference, differences, form_state
from editing.form_admin import FormAdmin
from editing.form_data import FormData
from editing.forms import NamedFields
from editing.proof import proof_of


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class LockingMixin(FormAdmin):
    """Locking of contents: everything that is stored about an object and its parts counts as one version."""

    def parts_of(self, obj: Any) -> list[Any]:
        """The objects that are edited on the form of this one."""
        found = []
        for relation in self.relations:
            lists = [field.name for field in relation.related_model._meta.many_to_many]
            found += getattr(obj, relation.get_accessor_name()).order_by("pk").prefetch_related(*lists)
        return found

    def version_of(self, obj: Any) -> str:
        """A hash of what is stored, the same for every user."""
        if not obj:
            return ""
        found = serializers.serialize("python", [obj, *self.parts_of(obj)])
        for entry in found:  # lists in no order: that of the listed objects may change
            entry["fields"] = {k: sorted(v) if isinstance(v, list) else v for k, v in entry["fields"].items()}
        return hashed(json.dumps(found, cls=DjangoJSONEncoder))

    def lock(self, request: HttpRequest, object_id: str | None) -> Any:
        """The stored object, locked until the transaction ends: of two who save at once one comes second."""
        if obj := self.stored(request, object_id):
            list(self.model._base_manager.select_for_update().filter(pk=obj.pk).values("pk"))
        return self.stored(request, object_id)

    def save_posted(self, request: HttpRequest, object_id: str | None, form_url: str) -> HttpResponse:
        """Save a posted form as a new version, or show a conflict. The object is locked."""
        if refused := self.refuse_unseen(request, object_id):
            return refused
        with self.new_revision(request):
            return super().changeform_view(request, object_id, form_url)

    def refuse_unseen(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        """Show what was typed beside a version that the form did not show."""
        obj = self.stored(request, object_id)
        if not obj or self.version_of(obj) == request.POST.get("_seen"):
            return None
        newest = Version.objects.get_for_object(obj).select_related("revision__user").first()
        data, _forms = self.posted_forms(request, object_id)
        context = {"newest": newest and newest.revision, "seen": self.version_of(obj)}
        return self.show_conflict(request, object_id, data, **context)

    def show_conflict(
        self, request: HttpRequest, object_id: str | None, data: FormData, other: FormData | None = None, **context: Any
    ) -> HttpResponse:
        """Show what was typed, above it the differences from the stored version or from another draft."""
        context["conflict"] = self.compare(request, object_id, other, data)
        return self.show_data(request, object_id, data, **context)

    def compare(
        self, request: HttpRequest, object_id: str | None, old: FormData | None, new: FormData | None
    ) -> list[Difference]:
        """What differs between two versions as form data, or what is stored where there is none."""
        unbound = self.forms_of(request, object_id)
        forms = [unbound if data is None else self.bound_forms(request, unbound, data) for data in (old, new)]
        return differences(*(form_state(*each) for each in forms))


class SeenForm(forms.ModelForm):
    """Conflict detection for forms without drafts and history: shows the stored value at each field that differs."""

    def held(self, obj: Any, name: str) -> Any:
        """What an object holds in a field of the form."""
        return getattr(obj, name, None)

    def told(self, obj: Any, name: str) -> str:
        """The same in words."""
        label = getattr(obj, f"get_{name}_display", None)
        return str(label() if label else self.held(obj, name))

    def digest(self, obj: Any) -> str:
        """A hash of what the form shows of an object."""
        return hashed(json.dumps([(name, str(self.held(obj, name))) for name in sorted(self.fields)]))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "_restore" in self.data:
            self.add_error(None, _("This is what you wrote. It is not saved yet."))
        stored = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
        if self.instance.pk and not stored:
            self.add_error(None, _("Someone deleted this while you were writing. It cannot be saved."))
        if stored and self.data.get("_seen") != self.digest(stored):
            message = _(
                "Someone saved this while you were writing. It now says: “%(now)s”. Save again if your "
                "version is to apply."
            )
            for name in self.fields:
                if name in self.cleaned_data and self.cleaned_data[name] != self.held(stored, name):
                    self.add_error(name, forms.ValidationError(message, params={"now": self.told(stored, name)}))
        return cleaned


class SeenAdmin(NamedFields, admin.ModelAdmin):
    """An admin whose form is a `SeenForm`."""

    form = SeenForm
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 60})}}

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if obj := context["original"]:
            # A posted form has put what was typed into its object. It has also compared, so the newest has been shown.
            stored = None if request.method == "GET" else type(obj)._base_manager.filter(pk=obj.pk).first()
            context["seen"] = context["adminform"].form.digest(stored or obj)
            context["proof"] = proof_of(request.user, request.path)
        return super().render_change_form(request, context, *args, **kwargs)
