"""What a page is about, for machines: https://schema.org/ as JSON-LD."""

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

Node = dict[str, Any]
# The names and addresses of pages, from the start page on.
Way = list[tuple[str, str]]


def describe(page: Publishable, path: str, crumbs: Way, contact: Contact | None, updated: datetime) -> Node:
    """The page, the way to it, who answers for it, and the town or network it is about."""
    url, start = absolute(path), reverse("start")
    web_page, subject = describe_page(page, url, updated), about(page, url)
    nodes = [web_page, describe_site(absolute(start)), city(contact)]
    if path != start:
        way = [(_("Startsidan"), start), *crumbs, (page.heading, path)]
        web_page["breadcrumb"] = {"@id": f"{url}#breadcrumb"}
        nodes.append(breadcrumb(f"{url}#breadcrumb", way))
    if subject:
        web_page["about"] = {"@id": subject["@id"]}
        nodes.append(subject)
    return {"@context": "https://schema.org", "@graph": nodes}


def describe_page(page: Publishable, url: str, updated: datetime) -> Node:
    return {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": page.heading,
        "description": page.description,
        "inLanguage": get_language(),
        "dateModified": timezone.localtime(updated).isoformat(timespec="seconds"),
        "isPartOf": {"@id": f"{absolute(reverse('start'))}#website"},
        "publisher": {"@id": absolute("/#city")},
    }


def describe_site(url: str) -> Node:
    return {
        "@type": "WebSite",
        "@id": f"{url}#website",
        "url": url,
        "name": _("Mölndals stad internationellt"),
        "inLanguage": get_language(),
        "publisher": {"@id": absolute("/#city")},
    }


def city(contact: Contact | None) -> Node:
    """The City of Mölndal, and whom to reach about this page."""
    city: Node = {
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


def breadcrumb(identity: str, way: Way) -> Node:
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
        for number, (name, path) in enumerate(way, 1)
    ]
    return {"@type": "BreadcrumbList", "@id": identity, "itemListElement": items}


def about(page: Publishable, url: str) -> Node:
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


def filled(node: Node) -> Node:
    """The node without what is not known."""
    return {name: value for name, value in node.items() if value != ""}
