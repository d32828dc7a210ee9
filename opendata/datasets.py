"""The datasets: what is in each, what its fields mean, and the files it is offered in.

Only what readers can see on the site is in them. What the city itself states is free of rights (CC0).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

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


Reader = Callable[[Any, str], Any]  # of an object, and a name


def plain(item: Any, name: str) -> Any:
    """The attribute; null where it is empty."""
    value = getattr(item, name)
    return printable(value) or None if isinstance(value, str) else value


def texts(item: Any, name: str) -> dict[str, str]:
    """The attribute's texts by language, those that are there."""
    found = {language: getattr(item, f"{name}_{language}") for language in LANGUAGES}
    return {language: printable(text) for language, text in found.items() if text}


def year(item: Any, name: str) -> int | None:
    """Of many agreements only the year is known, and only the year is shown."""
    day = getattr(item, name)
    return day.year if day else None


def addresses(page: Any, name: str) -> dict[str, str]:
    """A page's address in every language."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = absolute(page.get_absolute_url())
    return found


def modified(item: Any, name: str = "") -> datetime:
    return changed_at(item) if isinstance(item, Publishable) else item.updated_at


def areas(network: Any, name: str) -> list[dict[str, str]]:
    return [texts(area, "name") for area in network.areas]


def of_kind(kind: Article.Kind, attribute: str, read: Reader = plain) -> Reader:
    """A field of one kind of article; null for the others."""
    return lambda article, name: read(article, attribute) if article.kind == kind else None


@dataclass(frozen=True)
class File:
    """A dataset in one format. `kind` is its name in the EU's list of file types, which DCAT-AP asks for."""

    name: str
    media_type: str
    kind: str
    write: Callable[[list[Record], Iterable[str]], str]


class Field(NamedTuple):
    """A field of a dataset: what it means, and how it is read."""

    name: str
    about: str | Promise
    read: Reader = plain


@dataclass(frozen=True)
class Dataset:
    """A dataset: what its fields are, for each of its `contents`."""

    name: str
    title: str | Promise
    about: str | Promise
    fields: tuple[Field, ...]
    contents: Callable[[], QuerySet[Any]]
    files: tuple[File, ...]
    more: tuple[str, ...] = ()  # attributes that one format shows in a way of its own

    def write(self, file: File, contents: Iterable[Content]) -> str:
        fields = [*self.fields, *(Field(name, "") for name in self.more)]
        records = [{field.name: field.read(item, field.name) for field in fields} for item in contents]
        return file.write(records, [field.name for field in self.fields])


def last_change(contents: Iterable[Content]) -> datetime | None:
    """When the last of them all changed; None where there are none."""
    return max(map(modified, contents), default=None)


EVENT, OPPORTUNITY = Article.Kind.EVENT, Article.Kind.OPPORTUNITY
IDENTITY = Field("id", _("Stays the same even if the address changes."), lambda item, name: item.key)
SAME = _("The same id as in the file on towns.")
NAMES = _("Name, by language. Languages without a translation are left out.")
WEBSITE = Field("website", _("Its own website."))
PAGE = Field("page", _("The page on this website, by language."), addresses)
MODIFIED = Field("modified", _("When the information was last changed."), modified)
DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "networks",
            _("Networks"),
            named(_("International networks of which %(city)s is or has been a member.")),
            (
                IDENTITY,
                Field("name", NAMES, texts),
                Field("full_name", _("What the name stands for, by language."), texts),
                Field("summary", _("Summary, by language."), texts),
                WEBSITE,
                Field("founded", _("The year when the network was founded.")),
                Field("member_from", named(_("The year when %(city)s became a member.")), year),
                Field("member_until", named(_("The year when %(city)s left the network.")), year),
                Field("focus_areas", _("What the network works on, by language."), areas),
                PAGE,
                MODIFIED,
            ),
            lambda: Network.objects.published().with_areas(),
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
                Field("name", NAMES, texts),
                Field("country", _("The country's code according to ISO 3166-1.")),
                Field(
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
                PAGE._replace(read=lambda town, name: None if town.home else addresses(town, name)),
                MODIFIED,
            ),
            lambda: Town.objects.published().with_relation(),
            (File("towns.geojson", "application/geo+json", "GEOJSON", as_geojson),),
            ("latitude", "longitude"),
        ),
        Dataset(
            "partnerships",
            _("Agreements between towns"),
            _("Which towns work together or have done so, in what way and in which years."),
            (
                IDENTITY,
                Field("town_a", _("One of the towns."), lambda item, name: printable(item.towns()[0].name_sv)),
                Field("town_a_id", SAME, lambda item, name: item.towns()[0].key),
                Field("town_b", _("The other town."), lambda item, name: printable(item.towns()[1].name_sv)),
                Field("town_b_id", SAME, lambda item, name: item.towns()[1].key),
                Field(
                    "kind",
                    _(
                        "twin (twinning agreement), friendship (declaration of friendship) or link (contact without "
                        "an agreement)."
                    ),
                ),
                Field("since", _("The year when the partnership began, if known."), year),
                Field("until", _("The year when it ended."), year),
                Field(
                    "in_force",
                    _("true if the agreement is in force today, otherwise false."),
                    lambda item, name: item.is_in_force,
                ),
                Field("decision", _("Reference number or section of the minutes.")),
                Field("source", _("Where the information comes from.")),
                Field("source_url", _("Link to the source.")),
                MODIFIED,
            ),
            lambda: Partnership.objects.shown().begun(),
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
                Field("kind", _("story, event or opportunity.")),
                Field("title", _("Title, by language."), texts),
                Field("summary", _("Summary, by language."), texts),
                Field("published", _("When it was published."), lambda item, name: item.published_at),
                Field("starts", _("When the event begins."), of_kind(EVENT, "starts_at")),
                Field("ends", _("When the event ends, where known."), of_kind(EVENT, "ends_at")),
                Field("place", _("Where the event takes place, by language."), of_kind(EVENT, "place", texts)),
                Field("audience", _("Who can apply, by language."), of_kind(OPPORTUNITY, "audience", texts)),
                Field("opens", _("The first day to apply."), of_kind(OPPORTUNITY, "opens_on")),
                Field("closes", _("The last day to apply."), of_kind(OPPORTUNITY, "closes_on")),
                Field("amount", _("What one can get, by language."), of_kind(OPPORTUNITY, "amount", texts)),
                Field("link", _("The organiser’s page, the e-service or the form.")),
                PAGE,
                MODIFIED,
            ),
            Article.objects.published,
            (File("news.json", "application/json", "JSON", as_json),),
        ),
    )
}
FILES = {file.name: (dataset, file) for dataset in DATASETS.values() for file in dataset.files}
