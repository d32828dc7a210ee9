"""What a page is about, for machines: https://schema.org/ as JSON-LD."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.models import Contact
from networks.models import Network
from publishing.models import Publishable
from publishing.templatetags.site import absolute
from twinning.models import Town


def describe(
    page: Publishable, path: str, crumbs: Iterable[tuple[str, str]], contact: Contact | None, updated: datetime
) -> dict[str, Any]:
    """The page, the way to it, who answers for it, and the town or network it is about."""
    url = absolute(path)
    site = absolute(reverse("start"))
    subject = about(page, url)
    nodes: list[dict[str, Any]] = [
        {
            "@type": "WebPage",
            "@id": url,
            "url": url,
            "name": page.heading,
            "description": page.description,
            "inLanguage": get_language(),
            "dateModified": timezone.localtime(updated).isoformat(timespec="seconds"),
            "isPartOf": {"@id": f"{site}#website"},
            "publisher": {"@id": absolute("/#city")},
        },
        {
            "@type": "WebSite",
            "@id": f"{site}#website",
            "url": site,
            "name": _("Mölndals stad internationellt"),
            "inLanguage": get_language(),
            "publisher": {"@id": absolute("/#city")},
        },
        city(contact),
    ]
    if url != site:
        way = [(_("Startsidan"), reverse("start")), *crumbs, (page.heading, path)]
        nodes[0]["breadcrumb"] = {"@id": f"{url}#breadcrumb"}
        nodes.append(breadcrumb(f"{url}#breadcrumb", way))
    if subject:
        nodes[0]["about"] = {"@id": subject["@id"]}
        nodes.append(subject)
    return {"@context": "https://schema.org", "@graph": nodes}


def city(contact: Contact | None) -> dict[str, Any]:
    """The City of Mölndal, and whom to reach about this page."""
    city: dict[str, Any] = {
        "@type": "GovernmentOrganization",
        "@id": absolute("/#city"),
        "name": _("Mölndals stad"),
        "url": "https://www.molndal.se/",
    }
    if contact:
        point = {
            "@type": "ContactPoint",
            "name": contact.name,
            "contactType": contact.role,
            "telephone": contact.phone_number,
            "email": contact.email,
        }
        city["contactPoint"] = filled(point)
    return city


def breadcrumb(identity: str, way: list[tuple[str, str]]) -> dict[str, Any]:
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
        for number, (name, path) in enumerate(way, 1)
    ]
    return {"@type": "BreadcrumbList", "@id": identity, "itemListElement": items}


def about(page: Publishable, url: str) -> dict[str, Any]:
    """The town or the network that a page is about; nothing for other pages."""
    match page:
        case Town():
            return filled(
                {
                    "@type": "City",
                    "@id": f"{url}#town",
                    "name": page.name,
                    "url": url,
                    "sameAs": page.website,
                    "geo": {"@type": "GeoCoordinates", "latitude": page.latitude, "longitude": page.longitude},
                    "containedInPlace": {"@type": "Country", "name": page.get_country_display()},
                }
            )
        case Network():
            return filled(
                {
                    "@type": "Organization",
                    "@id": f"{url}#network",
                    "name": page.name,
                    "alternateName": page.full_name,
                    "url": page.website,
                    "foundingDate": str(page.founded or ""),
                }
            )
    return {}


def filled(node: dict[str, Any]) -> dict[str, Any]:
    """The node without what is not known."""
    return {name: value for name, value in node.items() if value != ""}
