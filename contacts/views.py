from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify

from contacts.models import Contact
from contacts.vcard import write_vcard
from pagecache.decorators import public
from publishing.templatetags.site import absolute
from publishing.views import answer_file


@public
def vcard(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact to save in one's phone."""
    contact = get_object_or_404(Contact, pk=pk)
    text = write_vcard(contact, absolute(reverse("contact")))
    response = answer_file(request, text, "text/vcard; charset=utf-8", contact.updated_at)
    response.headers["Content-Disposition"] = f'attachment; filename="{slugify(contact.name) or "kontakt"}.vcf"'
    return response
