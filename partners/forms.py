"""The form in which a partner town says what is right and what is not."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback.forms import clean
from partners.entries import Entry
from partners.models import Confirmation

RIGHT, WRONG = "right", "wrong"


class ConfirmationForm(forms.Form):
    """A question for each entry. What was typed stays when it is shown again, without what no text field can hold."""

    name = forms.CharField(max_length=100, required=False)
    role = forms.CharField(max_length=100, required=False)
    note = forms.CharField(max_length=1000, required=False)
    # A hidden field that robots fill in. Browsers do too at times, so it only asks the reader to send again.
    website = forms.CharField(required=False)

    def __init__(self, entries: list[Entry], data: QueryDict | None = None) -> None:
        self.entries = entries
        names = [*self.base_fields, *(f"{part}:{entry.name}" for entry in entries for part in ("answer", "text"))]
        super().__init__(None if data is None else {name: clean(data.get(name, "")) for name in names})
        for entry in entries:
            choices = [(RIGHT, _("Stämmer")), (WRONG, _("Rätta"))]
            message = _("Välj Stämmer eller Rätta.")
            errors = {"required": message, "invalid_choice": message}
            self.fields[f"answer:{entry.name}"] = forms.ChoiceField(choices=choices, error_messages=errors)
            self.fields[f"text:{entry.name}"] = forms.CharField(required=False, initial=entry.text)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Ett dolt fält, som ska vara tomt, var ifyllt. Vi har tömt det. Skicka igen."))
        return ""

    def clean(self) -> dict[str, Any]:
        for entry in self.entries:
            answer, text = (self.cleaned_data.get(f"{part}:{entry.name}", "") for part in ("answer", "text"))
            is_same = text.split() == clean(entry.text).split()
            try:
                if answer == WRONG and (not text or is_same):
                    raise ValidationError(_("Skriv vad som ska stå i stället."))
                if answer == RIGHT and text and not is_same:
                    raise ValidationError(_("Du har ändrat texten men valt Stämmer. Välj Rätta om den ska ändras."))
                if answer == WRONG:
                    self.cleaned_data[f"text:{entry.name}"] = entry.clean(text)
            except ValidationError as error:
                self.add_error(f"text:{entry.name}", error)
        return self.cleaned_data

    def questions(self) -> Iterator[dict[str, Any]]:
        """Each entry with its two fields, for the template."""
        for number, entry in enumerate(self.entries, 1):
            answer, text = self[f"answer:{entry.name}"], self[f"text:{entry.name}"]
            yield {
                "number": number,
                "entry": entry,
                "answer": answer,
                "text": text,
                "errors": [*answer.errors, *text.errors],
            }

    def save(self, confirmation: Confirmation) -> None:
        """Store who answered and every correction, in one transaction with the answer itself."""
        for name in ("name", "role", "note"):
            setattr(confirmation, name, self.cleaned_data[name])
        confirmation.save()
        for entry in self.entries:
            if self.cleaned_data[f"answer:{entry.name}"] == WRONG:
                proposed = self.cleaned_data[f"text:{entry.name}"]
                confirmation.suggestions.create(field=entry.name, before=entry.text, proposed=proposed)
