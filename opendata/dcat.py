"""The catalogue of our open data, as Sveriges dataportal harvests it: DCAT-AP-SE 3 (https://docs.dataportal.se/dcat/).

Written as JSON-LD with its context inside, so that nobody has to fetch anything to read it; rdfxml.py makes of it the
RDF/XML that the portal harvests.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from opendata.datasets import Dataset, File, last_change
from opendata.jsonld import render_jsonld
from publishing.city import named
from publishing.templatetags.site import absolute

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
# The EU's lists of names, which DCAT-AP asks for.
LISTS = "http://publications.europa.eu/resource/authority"
LANGUAGES = {
    "sv": "SWE", "en": "ENG", "da": "DAN", "de": "DEU", "it": "ITA", "pl": "POL", "cs": "CES", "fr": "FRA",
}  # fmt: skip


@dataclass(frozen=True)
class Described:
    """A dataset, when it last changed, and its files with their sizes in bytes."""

    dataset: Dataset
    changed: datetime | None
    files: list[tuple[File, int]]

    @classmethod
    def now(cls, dataset: Dataset) -> "Described":
        contents = list(dataset.contents())
        files = [(file, len(dataset.write(file, contents).encode())) for file in dataset.files]
        return cls(dataset, last_change(contents), files)


def last_changed(datasets: list[Described]) -> datetime | None:
    return max((described.changed for described in datasets if described.changed), default=None)


def write_catalogue(datasets: list[Described], contact: Contact | None, issued: datetime | None) -> str:
    """The catalogue, who publishes it and since when, every dataset with its last change, and every file."""
    page = absolute("/data/")
    context = {
        "page": page,
        "lists": LISTS,
        "license": CC0,
        "title": named(_("Open data on international cooperation in %(city)s")),
        "description": named(_("Networks, twin towns and agreements: what the %(body)s tells about its cooperation.")),
        "publisher": named("%(body)s"),
        "languages": [
            {"@id": f"{LISTS}/language/{LANGUAGES[code]}"} for code, _name in settings.LANGUAGES if code in LANGUAGES
        ],
        "mailto": f"mailto:{contact.email}" if contact and contact.email else "",
        "contact_point": {"@id": f"{page}#contact"} if contact and contact.email else None,
        "modified": last_changed(datasets),
        "issued": issued,
        "datasets": datasets,
    }
    return render_jsonld("opendata/catalog.jsonld", context, indent=2) + "\n"
