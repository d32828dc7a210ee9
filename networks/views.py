from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.models import Contact
from networks.models import Network
from publishing.views import render_page


@require_safe
def network(request: HttpRequest, slug: str) -> HttpResponse:
    """One network: what it is, what it works on, what Mölndal did in it, and its dated facts."""
    network = get_object_or_404(Network.objects.published().with_parts(), slug=slug)
    return render_page(
        request,
        "networks/network_detail.html",
        network,
        contact=Contact.objects.responsible_for(network.contact_id),
        shown=network.parts(),
        crumbs=[(_("Nätverk"), reverse("networks"))],
        network=network,
    )
