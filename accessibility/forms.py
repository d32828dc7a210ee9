"""The form in which readers report accessibility problems."""

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.urls import is_valid_path
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accessibility.models import Report
from feedback.forms import TrapForm


def own_path(path: str) -> str:
    """The path, or "" if it is not one of this site."""
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    with translation.override(language):
        return path if is_valid_path(path) else ""


class ReportForm(TrapForm, forms.ModelForm):
    class Meta:
        model = Report
        fields = ["page", "problem", "reply_to"]
        error_messages = {
            "problem": {"required": _("Write what does not work.")},
            "reply_to": {
                "invalid": _("Write a complete email address, for example name@example.com, or nothing at all.")
            },
        }

    def __init__(self, data: QueryDict | None = None, path: str = "") -> None:
        super().__init__(data, initial={"page": own_path(path)})

    def clean_page(self) -> str:
        return " ".join(self.cleaned_data["page"].split())
