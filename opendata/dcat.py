"""The catalogue of our open data, as Sveriges dataportal harvests it: DCAT-AP-SE 3 (https://docs.dataportal.se/dcat/).

Written as JSON-LD with its context inside, so that nobody has to fetch anything to read it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from opendata.datasets import Dataset, File
from publishing.templatetags.site import absolute

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
# The EU's lists of names, which DCAT-AP asks for.
LISTED = "http://publications.europa.eu/resource/authority"
LANGUAGES = {
    "sv": "SWE", "en": "ENG", "da": "DAN", "de": "DEU", "it": "ITA", "pl": "POL", "cs": "CES", "fr": "FRA",
}  # fmt: skip
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


Node = dict[str, Any]
PAGE = absolute("/data/")


def link(address: str) -> dict[str, str]:
    return {"@id": address}


def listed(table: str, name: str) -> dict[str, str]:
    return link(f"{LISTED}/{table}/{name}")


def spoken(text: str | Promise) -> list[dict[str, str]]:
    """A text of ours in every language."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append({"@value": str(text), "@language": language})
    return found


def described(changed: datetime | None) -> Node:
    """The languages and the last change, as far as that is known."""
    languages = {"dcterms:language": [listed("language", LANGUAGES[code]) for code, _name in settings.LANGUAGES]}
    if not changed:
        return languages
    moment = {"@type": "xsd:dateTime", "@value": changed.isoformat(timespec="seconds")}
    return {**languages, "dcterms:modified": moment}


def answered_by(contact: Contact | None) -> Node:
    """Who publishes, and where to write."""
    point = {"dcat:contactPoint": link(f"{PAGE}#contact")} if contact_point(contact) else {}
    return {"dcterms:publisher": link(f"{PAGE}#publisher"), **point}


def contact_point(contact: Contact | None) -> list[Node]:
    if not contact or not contact.email:
        return []
    name, email = "Mölndals stad", link(f"mailto:{contact.email}")
    return [{"@id": f"{PAGE}#contact", "@type": "vcard:Organization", "vcard:fn": name, "vcard:hasEmail": email}]


def describe(datasets: Iterable[Dataset], changes: dict[str, datetime | None], contact: Contact | None) -> Node:
    """The catalogue, who publishes it, every dataset and every file."""
    publisher = {
        "@id": f"{PAGE}#publisher",
        "@type": "foaf:Agent",
        "foaf:name": spoken(_("Mölndals stad")),
        "foaf:homepage": link("https://www.molndal.se/"),
        "dcterms:type": link("http://purl.org/adms/publishertype/LocalAuthority"),
    }
    title = _("Öppna data om Mölndals internationella samarbeten")
    about = _("Nätverk, vänorter och avtal: det som Mölndals stad berättar om sina samarbeten.")
    catalogue = {
        "@id": f"{PAGE}#catalogue",
        "@type": "dcat:Catalog",
        "dcterms:title": spoken(title),
        "dcterms:description": spoken(about),
        "foaf:homepage": link(PAGE),
        "dcat:themeTaxonomy": link(f"{LISTED}/data-theme"),
        "dcterms:spatial": listed("country", "SWE"),
        "dcat:dataset": [link(f"{PAGE}#{dataset.name}") for dataset in datasets],
        "dcterms:license": link(CC0),
        **described(max(filter(None, changes.values()), default=None)),
        **answered_by(contact),
    }
    nodes = [catalogue, publisher, *contact_point(contact)]
    for dataset in datasets:
        nodes.append(describe_dataset(dataset, changes[dataset.name]) | answered_by(contact))
        nodes += [describe_file(dataset, file, changes[dataset.name]) for file in dataset.files]
    return {"@context": CONTEXT, "@graph": nodes}


def describe_dataset(dataset: Dataset, changed: datetime | None) -> Node:
    return {
        "@id": f"{PAGE}#{dataset.name}",
        "@type": "dcat:Dataset",
        "dcterms:title": spoken(dataset.title),
        "dcterms:description": spoken(dataset.about),
        "dcterms:identifier": f"{PAGE}#{dataset.name}",
        "dcat:keyword": spoken(dataset.title),
        "dcat:theme": [listed("data-theme", theme) for theme in ("INTR", "GOVE")],
        "dcat:landingPage": link(PAGE),
        "dcterms:accessRights": listed("access-right", "PUBLIC"),
        "dcterms:accrualPeriodicity": listed("frequency", "IRREG"),
        "dcterms:spatial": listed("continent", "EUROPE"),
        "dcat:distribution": [link(f"{PAGE}{file.name}") for file in dataset.files],
        **described(changed),
    }


def describe_file(dataset: Dataset, file: File, changed: datetime | None) -> Node:
    return {
        "@id": f"{PAGE}{file.name}",
        "@type": "dcat:Distribution",
        "dcterms:title": file.name,
        "dcterms:description": spoken(dataset.about),
        "dcat:accessURL": link(f"{PAGE}#{dataset.name}"),
        "dcat:downloadURL": link(f"{PAGE}{file.name}"),
        "dcat:mediaType": link(f"http://www.iana.org/assignments/media-types/{file.media_type}"),
        "dcterms:format": listed("file-type", file.kind),
        "dcatap:availability": listed("planned-availability", "STABLE"),
        "dcterms:license": link(CC0),
        **described(changed),
    }
