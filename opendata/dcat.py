"""The catalogue of our open data, as Sveriges dataportal harvests it: DCAT-AP-SE 3 (https://docs.dataportal.se/dcat/).

Written as JSON-LD with its context inside, so that nobody has to fetch anything to read it; rdfxml.py makes of it the
RDF/XML that the portal harvests.
"""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from opendata.datasets import DATASETS, Dataset, File, last_change
from opendata.templatetags.jsonld import render_jsonld
from pages.models import Page
from publishing.city import named
from publishing.templatetags.site import absolute

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
# The EU's lists of names, which DCAT-AP asks for.
LISTS = "http://publications.europa.eu/resource/authority"
LANGUAGES = {
    "sv": "SWE", "en": "ENG", "da": "DAN", "de": "DEU", "it": "ITA", "pl": "POL", "cs": "CES", "fr": "FRA",
}  # fmt: skip


class Described(NamedTuple):
    """A dataset, when it last changed, and its files with their sizes in bytes."""

    dataset: Dataset
    changed: datetime | None
    files: list[tuple[File, int]]


def described(dataset: Dataset) -> Described:
    contents = list(dataset.contents())
    files = [(file, len(dataset.write(file, contents).encode())) for file in dataset.files]
    return Described(dataset, last_change(contents), files)


def write_catalogue() -> tuple[str, datetime | None]:
    """The catalogue as JSON-LD, and when something in it last changed. It was issued when its page was published."""
    datasets = [described(dataset) for dataset in DATASETS.values()]
    modified = max((found.changed for found in datasets if found.changed), default=None)
    front = Page.objects.published().filter(section=Page.Section.OPEN_DATA).first()
    contact, page = Contact.objects.responsible_for(None), absolute("/data/")
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
        "modified": modified,
        "issued": front and front.published_at,
        "datasets": datasets,
    }
    return render_jsonld("opendata/catalog.jsonld", context, indent=2) + "\n", modified
