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
        label=_("New address"),
        max_length=CheckedLink.LONGEST,
        help_text=_("A web address, such as https://www.example.org, or an address on this site such as /vanorter/."),
        widget=forms.TextInput(attrs={"class": "vTextField", "inputmode": "url", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, link: CheckedLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link

    def clean_new(self) -> str:
        new = link_target(self.cleaned_data["new"])
        if not new.startswith(("/", "http://", "https://")):
            raise ValidationError(_("Write a web address, such as https://www.example.org."), code="address")
        if new == self.link.url:
            raise ValidationError(_("It is the same address as now."), code="same")
        path = path_on_site(new)
        if path is not None:
            if problem_of_path(path):
                raise ValidationError(_("We have no such page, or it is not published."), code="missing")
            return new
        WebAddressField.default_validators[0](new)
        try:
            host = split(new)[1]
        except LinkError as error:
            raise ValidationError(_("The address is misspelt."), code="address") from error
        if is_internal_host(host):
            raise ValidationError(
                _("The address leads to an internal network, which readers cannot reach."), code="internal"
            )
        return new
