"""A contact as a file that phones and mail programs save (vCard 3.0, RFC 2426: more programs read it than 4.0)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify
from icalendar import Component, vN, vOrg, vText

from contacts.models import Contact
from pagecache.decorators import public
from publishing.city import names
from publishing.plain import printable
from publishing.templatetags.site import absolute
from publishing.views import answer_file

TYPES: dict[str, Any] = {"TEL": {"TYPE": ["WORK", "VOICE"]}, "EMAIL": {"TYPE": ["INTERNET", "WORK"]}}


class Card(Component):
    name = "VCARD"


def write_vcard(contact: Contact, page: str) -> bytes:
    """The contact in the active language, with the address of the page it stands on. What is not known is left out."""
    name, unit, role = (printable(text or "") for text in (contact.name, contact.unit, contact.role))
    *given, family = name.split() or [name]
    values = {
        "VERSION": vText("3.0"),
        "FN": vText(name),
        "N": vN([family, " ".join(given), "", "", ""]),
        "ORG": vOrg([names()["body"], *([unit] if unit else [])]),
        "TITLE": vText(role),
        "TEL": vText(contact.phone_number),
        "EMAIL": vText(contact.email),
        "URL": vText(page),
        "REV": vText(f"{contact.updated_at:%Y-%m-%dT%H:%M:%SZ}"),
    }
    card = Card()
    for title, value in values.items():
        if value:
            card.add(title, value, TYPES.get(title, {}))
    return bytes(card.to_ical(sorted=False))


@public
def vcard(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    text = write_vcard(contact, absolute(reverse("contact")))
    response = answer_file(request, text, "text/vcard; charset=utf-8", contact.updated_at)
    response.headers["Content-Disposition"] = f'attachment; filename="{slugify(contact.name) or "kontakt"}.vcf"'
    return response
