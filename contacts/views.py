"""A contact as a file that phones and mail programs save (vCard 3.0, RFC 2426: more programs read it than 4.0)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify

from contacts.models import Contact
from pagecache.decorators import public
from publishing.city import names
from publishing.plain import printable
from publishing.templatetags.site import absolute
from publishing.views import answer_file


def escaped(text: str) -> str:
    """A value, escaped for a vCard (RFC 2426, 2.4.2)."""
    text = "\n".join(printable(text).splitlines())
    for character, written in (("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\n", "\\n")):
        text = text.replace(character, written)
    return text


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, no letter cut in two (RFC 2426, 2.6)."""
    pieces, piece = [], ""
    for letter in line:
        if len(f"{piece}{letter}".encode()) > 75:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])


def write_vcard(contact: Contact, page: str) -> str:
    """The contact in the active language, with the address of the page it stands on. What is not known is left out."""
    *given, family = contact.name.split() or [contact.name]
    organisation = [names()["body"], *([contact.unit] if contact.unit else [])]
    values = {
        "FN": escaped(contact.name),
        "N": f"{escaped(family)};{escaped(' '.join(given))};;;",
        "ORG": ";".join(map(escaped, organisation)),
        "TITLE": escaped(contact.role),
        "TEL;TYPE=WORK,VOICE": contact.phone_number,
        "EMAIL;TYPE=INTERNET,WORK": escaped(contact.email),
        "URL": page,
        "REV": f"{contact.updated_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    lines = ["BEGIN:VCARD", "VERSION:3.0", *(f"{name}:{value}" for name, value in values.items() if value), "END:VCARD"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


@public
def vcard(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    text = write_vcard(contact, absolute(reverse("contact")))
    response = answer_file(request, text, "text/vcard; charset=utf-8", contact.updated_at)
    response.headers["Content-Disposition"] = f'attachment; filename="{slugify(contact.name) or "kontakt"}.vcf"'
    return response
