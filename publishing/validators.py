"""Validators and the field for web addresses."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from publishing.links import link_target

is_address = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use only small letters a–z, digits and hyphens."))


WEB_ADDRESS = _("Write a web address, such as https://www.example.org.")


class WebAddressFormField(forms.URLField):
    """A web address as people type it: sern.eu, WWW.sern.eu, https//sern.eu."""

    default_error_messages = {"invalid": WEB_ADDRESS}
    default_validators = []  # the model's field has the rule

    def to_python(self, value: Any) -> Any:
        return super().to_python(link_target(value or "") or value)


class WebAddressField(models.URLField):
    """The address of a page elsewhere: http or https and nothing else, whichever way it is saved.

    Templates make links of it, and a link to javascript: would run.
    """

    default_validators = [URLValidator(schemes=["http", "https"], message=WEB_ADDRESS)]

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """What `save()`, `update()` and `bulk_create()` write, which do not validate."""
        if isinstance(value, str) and value and not is_web_address(value):
            raise ValidationError(WEB_ADDRESS, code="scheme")
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value: Any, *_args: Any) -> Any:
        """An empty string for an unsafe address that was stored past Django."""
        return value if not value or is_web_address(value) else ""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": WebAddressFormField, "assume_scheme": "https", **kwargs})

    def deconstruct(self) -> Any:
        """A column like any other's: migrations need not know."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


def is_web_address(value: str) -> bool:
    return value.lower().startswith(("https://", "http://"))


def is_sensible_year(value: date | int) -> None:
    """Refuse a year that is a slip of the finger; some also overflow a database's or Python's dates."""
    year = value.year if isinstance(value, date) else value
    if not 1800 <= year < 2200:
        raise ValidationError(_("Check the year. It must be between 1800 and 2199."), code="year")


# The arguments of a field for a time or a year that may be unknown.
OPTIONAL: dict[str, Any] = {"null": True, "blank": True, "validators": [is_sensible_year]}


def require_order(start: Any, end: Any, end_field: str, message: Any) -> None:
    """Refuse an end before its start, at the field of the end. The database has the same rule (`in_order`)."""
    if start is not None and end is not None and end < start:
        raise ValidationError({end_field: message}, code="order")


def in_order(name: str, start: str, end: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=Q((end, None)) | Q((start, None)) | Q((f"{end}__gte", F(start))))
