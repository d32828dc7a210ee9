"""What a person may type, and what she is told when it cannot be right."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

is_address = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Använd bara små bokstäver a–z, siffror och bindestreck."))


def is_sensible_year(value: date | int) -> None:
    """Refuse a year that is a slip of the finger; some also overflow a database's or Python's dates."""
    year = value.year if isinstance(value, date) else value
    if not 1800 <= year < 2200:
        raise ValidationError(_("Kontrollera årtalet. Det ska vara mellan 1800 och 2199."), code="year")


def require_order(start: Any, end: Any, end_field: str, message: Any) -> None:
    """Refuse an end before its start, at the field of the end. The database has the same rule."""
    if start is not None and end is not None and end < start:
        raise ValidationError({end_field: message}, code="order")
