"""A contact as a file that phones and mail programs save (vCard 3.0, RFC 2426: more programs read it than 4.0)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify

from contacts.models import Contact
from pagecache.decorators import public
from publishing.city import names
from publishing.content_lines import escaped, write_lines
from publishing.templatetags.site import absolute
from publishing.views import answer_file


def write_vcard(contact: Contact, page: str) -> bytes:
    """The contact in the active language, with the address of the page it stands on. What is not known is left out."""
    name, unit, role = (escaped(text or "") for text in (contact.name, contact.unit, contact.role))
    *given, family = name.split() or [name]
    body = escaped(names()["body"])
    values = [
        ("FN", name),
        ("N", f"{family};{' '.join(given)};;;"),
        ("ORG", f"{body};{unit}" if unit else body),
        ("TITLE", role),
        ("TEL;TYPE=WORK,VOICE", contact.phone_number),
        ("EMAIL;TYPE=INTERNET,WORK", escaped(contact.email)),
        ("URL", page),
        ("REV", f"{contact.updated_at:%Y-%m-%dT%H:%M:%SZ}"),
    ]
    shown = [(title, value) for title, value in values if value]
    return write_lines([("BEGIN", "VCARD"), ("VERSION", "3.0"), *shown, ("END", "VCARD")])


@public
def vcard(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    text = write_vcard(contact, absolute(reverse("contact")))
    response = answer_file(request, text, "text/vcard; charset=utf-8", contact.updated_at)
    response.headers["Content-Disposition"] = f'attachment; filename="{slugify(contact.name) or "kontakt"}.vcf"'
    return response
