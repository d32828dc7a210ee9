"""Dates that have been, and dates of which often only the year is known."""

import re
from calendar import monthrange
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

Day = TypeVar("Day", bound=date)


def months_later(day: Day, months: int) -> Day:
    """The same day, and time, of a later or (below 0) an earlier month; its last day where it is shorter."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


class PlainDateField(models.DateField):
    """A column like any other date's: migrations need not know."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateField", args, kwargs


def is_not_future(day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError(_("That day has not come yet. Give a day in the past."), code="future")


class PastDateField(PlainDateField):
    """The day on which something was done. Forms refuse a future date; loading the content files does not."""

    def formfield(self, **kwargs: Any) -> Any:
        field: Any = super().formfield(**kwargs)
        field.validators = [*field.validators, is_not_future]
        return field


def year_or_date(day: date | None, is_last: bool = False) -> str:
    """The year where the day is the one that a year alone is stored as, else the date."""
    if day is None:
        return ""
    only_year = (day.month, day.day) == ((12, 31) if is_last else (1, 1))
    return str(day.year) if only_year else date_format(day, "DATE_FORMAT")


class YearOrDateFormField(forms.DateField):
    """Takes a date or a year, and shows the year where only that was typed."""

    def __init__(self, *args: Any, is_last: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_last = is_last

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and re.fullmatch("[0-9]{4}", value.strip()):
            value = f"{value.strip()}-{'12-31' if self.is_last else '01-01'}"
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        shown = year_or_date(value, self.is_last) if isinstance(value, date) else ""
        return shown if shown.isdecimal() else value


class YearOrDateField(PlainDateField):
    """A date, or only its year: stored as the year's first day, or its last where the date is the last of something."""

    def __init__(self, *args: Any, is_last: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_last = is_last

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": YearOrDateFormField, "is_last": self.is_last, **kwargs})
