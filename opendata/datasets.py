"""The datasets: what is in each, what its fields mean, and the files it is offered in.

Only what readers can see on the site is in them. What the city itself states is free of rights (CC0).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from networks.models import Network
from news.models import Article
from opendata.formats import Record, as_csv, as_geojson, as_json
from pages.registry import changed_at
from publishing.city import named
from publishing.models import Content, Publishable
from publishing.plain import printable
from publishing.templatetags.site import absolute
from twinning.models import Partnership, Town

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def texts(content: Content, field: str) -> dict[str, str]:
    """A field's texts by language, those that are there."""
    found = {language: getattr(content, f"{field}_{language}") for language in LANGUAGES}
    return {language: printable(text) for language, text in found.items() if text}


def addresses(page: Publishable) -> dict[str, str]:
    """A page's address in every language."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = absolute(page.get_absolute_url())  # type: ignore[attr-defined]
    return found


def year(day: date | None) -> int | None:
    """Of many agreements only the year is known, and only the year is shown."""
    return day.year if day else None


def network(network: Network) -> Record:
    return {
        "id": network.key,
        "name": texts(network, "name"),
        "full_name": texts(network, "full_name"),
        "summary": texts(network, "summary"),
        "website": network.website or None,
        "founded": network.founded,
        "member_from": year(network.member_from),
        "member_until": year(network.member_until),
        "focus_areas": [texts(area, "name") for area in network.areas],
        "page": addresses(network),
        "modified": changed_at(network),
    }


def town(town: Town) -> Record:
    return {
        "id": town.key,
        "name": texts(town, "name"),
        "country": town.country,
        "relation": town.relation,
        "website": town.website or None,
        "page": None if town.home else addresses(town),
        "modified": changed_at(town),
        "latitude": town.latitude,
        "longitude": town.longitude,
    }


def partnership(partnership: Partnership) -> Record:
    one, other = partnership.towns()
    return {
        "id": f"{partnership._meta.label_lower}:{partnership.pk}",
        "town_a": printable(one.name_sv),  # type: ignore[attr-defined]
        "town_a_id": one.key,
        "town_b": printable(other.name_sv),  # type: ignore[attr-defined]
        "town_b_id": other.key,
        "kind": partnership.kind,
        "since": year(partnership.since),
        "until": year(partnership.until),
        "in_force": partnership.is_in_force,
        "decision": printable(partnership.decision) or None,
        "source": printable(partnership.source) or None,
        "source_url": partnership.source_url or None,
        "modified": partnership.updated_at,
    }


def article(article: Article) -> Record:
    """The fields that its kind does not have are null."""
    is_event, is_opportunity = article.kind == article.Kind.EVENT, article.kind == article.Kind.OPPORTUNITY
    return {
        "id": article.key,
        "kind": article.kind,
        "title": texts(article, "title"),
        "summary": texts(article, "summary"),
        "published": article.published_at,
        "starts": article.starts_at if is_event else None,
        "ends": article.ends_at if is_event else None,
        "place": texts(article, "place") if is_event else None,
        "audience": texts(article, "audience") if is_opportunity else None,
        "opens": article.opens_on if is_opportunity else None,
        "closes": article.closes_on if is_opportunity else None,
        "amount": texts(article, "amount") if is_opportunity else None,
        "link": article.link or None,
        "page": addresses(article),
        "modified": changed_at(article),
    }


@dataclass(frozen=True)
class File:
    """A dataset in one format. `kind` is its name in the EU's list of file types, which DCAT-AP asks for."""

    name: str
    media_type: str
    kind: str
    write: Callable[[list[Record], Iterable[str]], str]


@dataclass(frozen=True)
class Dataset:
    """A dataset: `fields` are names with explanations, `record` makes a record of one of its `contents`."""

    name: str
    title: str | Promise
    about: str | Promise
    fields: tuple[tuple[str, str | Promise], ...]
    contents: Callable[[], QuerySet[Any]]
    record: Callable[[Any], Record]
    files: tuple[File, ...]

    def write(self, file: File, contents: Iterable[Content]) -> str:
        return file.write([self.record(item) for item in contents], [name for name, _about in self.fields])


def last_change(contents: Iterable[Content]) -> datetime | None:
    """When the last of them all changed; None where there are none."""
    changes = (changed_at(item) if isinstance(item, Publishable) else item.updated_at for item in contents)
    return max(changes, default=None)


IDENTITY = ("id", _("Stays the same even if the address changes."))
NAMES = _("Name, by language. Languages without a translation are left out.")
WEBSITE = ("website", _("Its own website."))
PAGE = ("page", _("The page on this website, by language."))
MODIFIED = ("modified", _("When the information was last changed."))
DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "networks",
            _("Networks"),
            named(_("International networks of which %(city)s is or has been a member.")),
            (
                IDENTITY,
                ("name", NAMES),
                ("full_name", _("What the name stands for, by language.")),
                ("summary", _("Summary, by language.")),
                WEBSITE,
                ("founded", _("The year when the network was founded.")),
                ("member_from", named(_("The year when %(city)s became a member."))),
                ("member_until", named(_("The year when %(city)s left the network."))),
                ("focus_areas", _("What the network works on, by language.")),
                PAGE,
                MODIFIED,
            ),
            lambda: Network.objects.published().with_areas(),
            network,
            (File("networks.json", "application/json", "JSON", as_json),),
        ),
        Dataset(
            "towns",
            _("Towns"),
            named(
                _(
                    "%(city)s, the twin towns and the towns that they work with. Their positions on the map come "
                    "from GeoNames."
                )
            ),
            (
                IDENTITY,
                ("name", NAMES),
                ("country", _("The country's code according to ISO 3166-1.")),
                (
                    "relation",
                    named(
                        _(
                            "What the town is to %(city)s: home (home town), twin (twin town), friendship (friendship "
                            "town), link (contact), former (former partnership), wider (part of the twin-town network) "
                            "or none (no agreement)."
                        )
                    ),
                ),
                WEBSITE,
                PAGE,
                MODIFIED,
            ),
            lambda: Town.objects.published().with_relation(),
            town,
            (File("towns.geojson", "application/geo+json", "GEOJSON", as_geojson),),
        ),
        Dataset(
            "partnerships",
            _("Agreements between towns"),
            _("Which towns work together or have done so, in what way and in which years."),
            (
                IDENTITY,
                ("town_a", _("One of the towns.")),
                ("town_a_id", _("The same id as in the file on towns.")),
                ("town_b", _("The other town.")),
                ("town_b_id", _("The same id as in the file on towns.")),
                (
                    "kind",
                    _(
                        "twin (twinning agreement), friendship (declaration of friendship) or link (contact without "
                        "an agreement)."
                    ),
                ),
                ("since", _("The year when the partnership began, if known.")),
                ("until", _("The year when it ended.")),
                ("in_force", _("true if the agreement is in force today, otherwise false.")),
                ("decision", _("Reference number or section of the minutes.")),
                ("source", _("Where the information comes from.")),
                ("source_url", _("Link to the source.")),
                MODIFIED,
            ),
            lambda: Partnership.objects.shown().begun(),
            partnership,
            (
                File("partnerships.csv", "text/csv", "CSV", as_csv),
                File("partnerships.json", "application/json", "JSON", as_json),
            ),
        ),
        Dataset(
            "news",
            _("News"),
            _("Stories, events and opportunities. Those that are over are included."),
            (
                IDENTITY,
                ("kind", _("story, event or opportunity.")),
                ("title", _("Title, by language.")),
                ("summary", _("Summary, by language.")),
                ("published", _("When it was published.")),
                ("starts", _("When the event begins.")),
                ("ends", _("When the event ends, where known.")),
                ("place", _("Where the event takes place, by language.")),
                ("audience", _("Who can apply, by language.")),
                ("opens", _("The first day to apply.")),
                ("closes", _("The last day to apply.")),
                ("amount", _("What one can get, by language.")),
                ("link", _("The organiser’s page, the e-service or the form.")),
                PAGE,
                MODIFIED,
            ),
            Article.objects.published,
            article,
            (File("news.json", "application/json", "JSON", as_json),),
        ),
    )
}
FILES = {file.name: (dataset, file) for dataset in DATASETS.values() for file in dataset.files}
