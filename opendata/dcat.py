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


def described(contact: Contact | None, changed: datetime | None) -> dict[str, Any]:
    """What the catalogue, its datasets and their files have in common, as far as it is known."""
    common: dict[str, Any] = {
        "dcterms:publisher": link(absolute("/data/#publisher")),
        "dcterms:language": [listed("language", LANGUAGES[code]) for code, _name in settings.LANGUAGES],
        "dcterms:license": link(CC0),
    }
    if contact and contact.email:
        common["dcat:contactPoint"] = link(absolute("/data/#contact"))
    if changed:
        common["dcterms:modified"] = {"@type": "xsd:dateTime", "@value": changed.isoformat(timespec="seconds")}
    return common


def describe(datasets: Iterable[Any], changes: dict[str, datetime | None], contact: Contact | None) -> dict[str, Any]:
    """The catalogue, who publishes it, every dataset and every file."""
    page = absolute("/data/")
    last = max(filter(None, changes.values()), default=None)
    publisher = {
        "@id": f"{page}#publisher",
        "@type": "foaf:Agent",
        "foaf:name": spoken(_("Mölndals stad")),
        "foaf:homepage": link("https://www.molndal.se/"),
        "dcterms:type": link("http://purl.org/adms/publishertype/LocalAuthority"),
    }
    catalogue = {
        "@id": f"{page}#catalogue",
        "@type": "dcat:Catalog",
        "dcterms:title": spoken(_("Öppna data om Mölndals internationella samarbeten")),
        "dcterms:description": spoken(
            _("Nätverk, vänorter och avtal: det som Mölndals stad berättar om sina samarbeten.")
        ),
        "foaf:homepage": link(page),
        "dcat:themeTaxonomy": link(f"{LISTED}/data-theme"),
        "dcterms:spatial": listed("country", "SWE"),
        "dcat:dataset": [link(f"{page}#{dataset.name}") for dataset in datasets],
        **described(contact, last),
    }
    nodes: list[dict[str, Any]] = [catalogue, publisher]
    if contact and contact.email:
        nodes.append(
            {
                "@id": f"{page}#contact",
                "@type": "vcard:Organization",
                "vcard:fn": "Mölndals stad",
                "vcard:hasEmail": link(f"mailto:{contact.email}"),
            }
        )
    for dataset in datasets:
        nodes += describe_dataset(dataset, changes[dataset.name], contact)
    return {"@context": CONTEXT, "@graph": nodes}


def describe_dataset(dataset: Any, changed: datetime | None, contact: Contact | None) -> list[dict[str, Any]]:
    """A dataset and its files."""
    page = absolute("/data/")
    common = described(contact, changed)
    about = {
        "@id": f"{page}#{dataset.name}",
        "@type": "dcat:Dataset",
        "dcterms:title": spoken(dataset.title),
        "dcterms:description": spoken(dataset.about),
        "dcterms:identifier": f"{page}#{dataset.name}",
        "dcat:keyword": spoken(dataset.title),
        "dcat:theme": [listed("data-theme", theme) for theme in ("INTR", "GOVE")],
        "dcat:landingPage": link(page),
        "dcterms:accessRights": listed("access-right", "PUBLIC"),
        "dcterms:accrualPeriodicity": listed("frequency", "IRREG"),
        "dcterms:spatial": listed("continent", "EUROPE"),
        "dcat:distribution": [link(absolute(f"/data/{file.name}")) for file in dataset.files],
        **common,
    }
    del about["dcterms:license"]  # it is the files that are licensed
    files = [
        {
            "@id": absolute(f"/data/{file.name}"),
            "@type": "dcat:Distribution",
            "dcterms:title": file.name,
            "dcterms:description": spoken(dataset.about),
            "dcat:accessURL": link(f"{page}#{dataset.name}"),
            "dcat:downloadURL": link(absolute(f"/data/{file.name}")),
            "dcat:mediaType": link(f"http://www.iana.org/assignments/media-types/{file.media_type}"),
            "dcterms:format": listed("file-type", file.kind),
            "dcatap:availability": listed("planned-availability", "STABLE"),
            **{name: value for name, value in common.items() if name not in {"dcterms:publisher", "dcat:contactPoint"}},
        }
        for file in dataset.files
    ]
    return [about, *files]
