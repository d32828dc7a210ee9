"""The form in which a partner town changes what is wrong about it."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback.forms import TrapForm
from partners.entries import Entry
from twinning.models import Town

LONGEST = 5000  # characters of a correction that has no column


def entry_field(entry: Entry, seen: str) -> Any:
    """A text field that holds what the site says. `seen` is what it held when it was shown first."""
    rows = min(12, 1 + len(seen) // 30) if seen or entry.column else 3
    options: dict[str, Any] = {
        "label": entry.label,
        "help_text": "",  # the model's is for editors
        "initial": seen,
        "required": False,
        "widget": forms.Textarea({"rows": rows, "lang": entry.language}),
    }
    if not entry.column:
        return forms.CharField(max_length=max(LONGEST, len(entry.text)), **options)
    column: Any = Town._meta.get_field(entry.column)
    return column.formfield(validators=column.default_validators, **options)


class ConfirmationForm(TrapForm):
    """A field for each entry."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
        help_text=_(
            "Optional. We do not show it on the website, but the answer may become a public document "
            "that anyone may read."
        ),
    )
    role = forms.CharField(
        label=_("Job title"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization-title"}),
    )

    def __init__(self, entries: dict[str, Entry], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.entries = {f"entry-{name}": entry for name, entry in entries.items()}
        for name, entry in self.entries.items():
            self.fields[name] = entry_field(entry, self.data.get(f"initial-{name}", entry.text))
        self.order_fields(self.entries)

    def clean(self) -> Any:
        """Put back what was emptied: what should not be there is said in the last field."""
        for name, entry in self.entries.items():
            if entry.text and not self.cleaned_data.get(name, entry.text):
                self.data[name] = entry.text  # type: ignore[index]
                message = _(
                    "The field was empty. We have put the text back. If it should be removed, say so under “%s”."
                )
                self.add_error(name, message % self.entries["entry-note"].label)
        return self.cleaned_data

    def corrections(self) -> dict[str, str]:
        """The proposals by the entry's name. What the site has come to say meanwhile is none."""
        found = {}
        for name, entry in self.entries.items():
            text = self.cleaned_data[name] or ""
            if name in self.changed_data and text.split() != entry.text.split():
                found[name.removeprefix("entry-")] = " ".join(text.split()) if entry.column else text
        return found
