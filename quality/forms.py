"""The form for replacing a link everywhere."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from publishing.links import link_target
from publishing.validators import WebAddressField
from quality.checking import path_on_site, problem_of_path
from quality.fetching import LinkError, is_public, split
from quality.models import CheckedLink


def is_internal_host(host: str) -> bool:
    """Whether a host is written as an address that is not of the internet. Names are not looked up."""
    try:
        return not is_public(host)
    except ValueError:  # a name
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


class ReplaceForm(forms.Form):
    """A new address for a link, as people type it."""

    new = forms.CharField(
        label=_("Ny adress"),
        max_length=CheckedLink.LONGEST,
        help_text=_("En webbadress, till exempel https://www.molndal.se, eller en adress hos oss som /vanorter/."),
        widget=forms.TextInput(attrs={"class": "vTextField", "inputmode": "url", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, link: CheckedLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link

    def clean_new(self) -> str:
        new = link_target(self.cleaned_data["new"])
        if not new.startswith(("/", "http://", "https://")):
            raise ValidationError(_("Skriv en webbadress, till exempel https://www.molndal.se."), code="address")
        if new == self.link.url:
            raise ValidationError(_("Det är samma adress som nu."), code="same")
        path = path_on_site(new)
        if path is not None:
            if problem_of_path(path):
                raise ValidationError(_("Den sidan finns inte hos oss, eller är inte publicerad."), code="missing")
            return new
        WebAddressField.default_validators[0](new)
        try:
            host = split(new)[1]
        except LinkError as error:
            raise ValidationError(_("Adressen är felskriven."), code="address") from error
        if is_internal_host(host):
            raise ValidationError(_("Adressen leder till ett internt nät, som läsarna inte når."), code="internal")
        return new
