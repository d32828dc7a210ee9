"""The form of the follow-up question: why did the page help or not."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback.models import Answer
from feedback.personal_data import Find, find, mask
from feedback.tokens import AnswerToken
from publishing.plain import visible

MOST = 500
LINE_BREAKS = {ord(c): "\n" for c in "\r\v\f\x85\u2028\u2029"}


def clean(typed: str) -> str:
    """What was typed, composed (NFC), without invisible and control characters and halves of any, its lines kept."""
    text = visible(typed.replace("\r\n", "\n").replace("\t", " ").translate(LINE_BREAKS))
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", text).strip()


class TrapForm(forms.Form):
    """Has a hidden field that robots fill in. Browsers do too at times, so it only asks the reader to send again.

    What was typed stays when it is shown again, without what no text field can hold. It is counted as it will be
    stored: browsers send a line break as two characters and count it as one.
    """

    website = forms.CharField(required=False)

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        chosen = {name for name, field in self.base_fields.items() if isinstance(field, forms.ChoiceField)}
        typed = {name: str(value) if name in chosen else clean(str(value)) for name, value in (data or {}).items()}
        super().__init__(None if data is None else typed, **kwargs)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(
                _("A hidden field that should be empty was filled in. We have emptied it. Please send again.")
            )
        return ""


class WhyForm(TrapForm):
    """All fields are optional."""

    reason = forms.ChoiceField(
        choices=[
            (Answer.Reason.NOT_FOUND, _("I did not find what I was looking for")),
            (Answer.Reason.HARD, _("It is hard to understand")),
            (Answer.Reason.WRONG, _("Something is wrong")),
            (Answer.Reason.OTHER, _("Something else")),
        ],
        required=False,
    )
    comment = forms.CharField(max_length=MOST, required=False)
    # The reader has been shown what personal data the comment holds.
    reviewed = forms.BooleanField(required=False)

    def __init__(self, token: AnswerToken, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.token = token
        self.found: list[Find] = []
        if token.helped == Answer.Helped.YES:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        comment = self.cleaned_data.get("comment", "")
        if not self.cleaned_data.get("reviewed"):
            self.found = find(comment)
        if self.found:
            self.add_error(
                None,
                _(
                    "There seems to be personal data in the comment. Please remove it. If you send it anyway, we "
                    "will remove it."
                ),
            )
        return self.cleaned_data | {"comment": mask(comment)}
