"""The form of contents, with fields and widgets that accept what people type."""

from contextlib import suppress
from datetime import UTC
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import (
    AdminFileWidget,
    AdminTextareaWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, Signer
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publishing.images import KeptPicture, PictureField

signer = Signer(salt="editing.kept-picture")


class PictureWidget(AdminFileWidget):
    """A file field that shows its picture, and keeps a chosen one by a signed name while the form is shown again."""

    template_name = "editing/picture_widget.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if isinstance(value, KeptPicture):
            context["widget"]["kept"] = signer.sign(str(value.name))
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        if value is None and data.get(f"{name}-kept"):
            with suppress(BadSignature):  # not our signature
                kept = signer.unsign(data[f"{name}-kept"])
                return KeptPicture(kept) if default_storage.exists(kept) else None
        return value


class MinuteInput(forms.DateTimeInput):
    """The browser's own picker: one labelled field where the admin has two without labels."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        limits = {"min": "1800-01-01T00:00", "max": "2199-12-31T23:59"}
        super().__init__(limits | (attrs or {}), format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A date and time in Swedish time.

    Django refuses the hours in which the clock is changed. Here the first of the hour that comes twice is meant.
    """

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            typed = (error.params or {})["datetime"]
            moment = timezone.make_aware(typed)
            if timezone.make_naive(moment.astimezone(UTC)) != typed:
                raise
            return moment


def is_key(typed: str) -> bool:
    """Whether a text is a primary key that a database can hold (64 bits)."""
    return typed.isascii() and typed.isdecimal() and len(typed) < 19


class NumbersOnly:
    """Drops posted values that are no keys, for which Django's widget raises ValueError."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)  # type: ignore[misc]
        if isinstance(value, list):
            return [key for key in value if is_key(key)]
        return value if value and is_key(value) else None


class ChooseOne(NumbersOnly, AutocompleteSelect):
    """Autocompletes one object."""


class ChooseMany(NumbersOnly, AutocompleteSelectMultiple):
    """Autocompletes several objects, without the button that removes all: it is no item of the list (WCAG 1.3.1)."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().build_attrs(*args, **kwargs), "data-allow-clear": "false"}


class ContentForm(forms.ModelForm):
    """The form of a content, with the choice not to move "Senast uppdaterad"."""

    minor_change = forms.BooleanField(
        label=_("Minor change"),
        required=False,
        help_text=_("Tick if you only correct a spelling mistake, for example. Then “Last updated” does not change."),
    )

    change_note = forms.CharField(
        label=_("What is new?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("A sentence to readers, if you like. Shown below “Last updated” and in the feed."),
    )

    # Data to show instead of what is stored or posted. Such a form is never valid, and so never saved.
    shown_data: QueryDict | None = None

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data if self.shown_data is None else self.shown_data, files, **kwargs)

    def is_valid(self) -> bool:
        return self.shown_data is None and super().is_valid()

    def clean(self) -> dict[str, Any] | None:
        """Refuse a note about a minor change."""
        cleaned = super().clean()
        if self.cleaned_data.get("minor_change") and self.cleaned_data.get("change_note"):
            message = _("We do not announce a minor change. Remove the text here, or the tick for minor change.")
            self.add_error("change_note", forms.ValidationError(message, code="minor"))
        return cleaned


class NamedFields(BaseModelAdmin):
    """Fields whose labels are translated now, as Django writes the log of changes without translations."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.label = str(field.label)
        return field


class FriendlyFields(NamedFields):
    """The fields and widgets of the admin's forms and inlines."""

    formfield_overrides: ClassVar[Any] = {
        PictureField: {"widget": PictureWidget},
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
        models.DateTimeField: {"form_class": MomentField, "widget": MinuteInput},
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name.startswith("slug_") and db_field.name != f"slug_{settings.LANGUAGE_CODE}":
            kwargs["help_text"] = _("Leave empty, and the address is made from the title in this language.")
        if isinstance(db_field, models.FloatField):
            kwargs["localize"] = True  # 57,6554 as well as 57.6554
        if db_field.name in self.get_autocomplete_fields(request):
            choose = ChooseMany if db_field.many_to_many else ChooseOne
            kwargs["widget"] = choose(db_field, self.admin_site)
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False  # to choose no contact is not to delete it
        return field
