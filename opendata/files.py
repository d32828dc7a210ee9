"""Open data: what the site knows, as files at addresses that stay, and a page that explains them.

Only what readers can see on the site is in the files. What Mölndal itself states is free of rights (CC0).
"""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Max, QuerySet, Subquery, Value
from django.db.models.functions import Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contacts.models import Contact
from networks.models import Network, fetch_areas
from opendata.dcat import describe
from pagecache.decorators import public
from pages.frame import fronts
from pages.models import Page
from pages.registry import changed_at
from publishing.models import Content, Publishable
from publishing.plain import printable
from publishing.prepared import Given, Prepared
from publishing.spreadsheets import without_formulas
from publishing.templatetags.site import absolute
from publishing.views import answer_file, render_page
from twinning.models import Partnership, Town

LANGUAGES = [code for code, _name in settings.LANGUAGES]
Record = dict[str, Any]


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


def networks(given: Given) -> QuerySet[Network]:
    return Network.objects.published(given.now)


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


def towns(given: Given) -> QuerySet[Town]:
    return Town.objects.published(given.now).with_relation(given)


def town(town: Town) -> Record:
    return {
        "id": town.key,
        "name": texts(town, "name"),
        "country": town.country,
        "relation": town.relation,  # type: ignore[attr-defined]
        "website": town.website or None,
        "page": None if town.home else addresses(town),
        "modified": changed_at(town),
        "latitude": town.latitude,
        "longitude": town.longitude,
    }


def partnerships(given: Given) -> QuerySet[Partnership]:
    """Those that the site shows: in force, or ended."""
    return Partnership.objects.shown(given.now).begun(given.today)


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


def as_json(records: Any, columns: Iterable[str] = ()) -> str:
    return json.dumps(records, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder) + "\n"


def flat(record: Record) -> Record:
    """The record without values inside values: `name` in Swedish, `name_en` in English; lists with commas.

    Map programs and tables take nothing else.
    """
    found: Record = {}
    for name, value in record.items():
        if isinstance(value, list):
            found[name] = ", ".join(text["sv"] for text in value)
        elif isinstance(value, dict):
            found |= {name: value.get("sv"), **{f"{name}_{language}": text for language, text in value.items()}}
        else:
            found[name] = value
    return found


def as_geojson(records: list[Record], columns: Iterable[str] = ()) -> str:
    """RFC 7946: longitude first."""
    features = []
    for record in map(flat, records):
        place = [record.pop("longitude"), record.pop("latitude")]
        geometry = {"type": "Point", "coordinates": place}
        features.append({"type": "Feature", "id": record.pop("id"), "geometry": geometry, "properties": record})
    return as_json({"type": "FeatureCollection", "features": features})


def cell(value: Any) -> Any:
    """The value as text. Programs read it, but someone may open the file in a spreadsheet.

    The apostrophe changes no honest name, decision or source, and the JSON file has the text as it is.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return without_formulas(value) if isinstance(value, str) else value


def as_csv(records: list[Record], columns: Iterable[str]) -> str:
    """RFC 4180, with a line of headings also where nothing follows."""
    out = StringIO()
    rows = [flat(record) for record in records]
    writer = csv.DictWriter(out, list(dict.fromkeys([*columns, *(name for row in rows for name in row)])))
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


@dataclass(frozen=True)
class File:
    """A dataset in one format. `kind` is its name in the EU's list of file types, which DCAT-AP asks for."""

    name: str
    media_type: str
    kind: str
    write: Callable[[list[Record], Iterable[str]], str]


@dataclass(frozen=True)
class Dataset:
    """What a dataset holds, who reads it from the database, and in which files it is offered."""

    name: str
    title: str | Promise
    about: str | Promise
    fields: tuple[tuple[str, str | Promise], ...]
    contents: Callable[[Given], QuerySet[Any]]
    record: Callable[[Any], Record]
    files: tuple[File, ...]

    def write(self, file: File, contents: Iterable[Any]) -> str:
        return file.write([self.record(item) for item in contents], [name for name, _about in self.fields])


IDENTITY = ("id", _("Håller sig lika, även om adressen ändras."))
NAMES = _("Namn, per språk. Språk som saknar översättning är utelämnade.")
WEBSITE = ("website", _("Egen webbplats."))
PAGE = ("page", _("Sidan här på webbplatsen, per språk."))
MODIFIED = ("modified", _("När uppgiften senast ändrades."))
DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "networks",
            _("Nätverk"),
            _("Internationella nätverk som Mölndal är eller har varit medlem i."),
            (
                IDENTITY,
                ("name", NAMES),
                ("full_name", _("Vad namnet står för, per språk.")),
                ("summary", _("Sammanfattning, per språk.")),
                WEBSITE,
                ("founded", _("Året då nätverket bildades.")),
                ("member_from", _("Året då Mölndal blev medlem.")),
                ("member_until", _("Året då Mölndal lämnade nätverket.")),
                ("focus_areas", _("Vad nätverket arbetar med, per språk.")),
                PAGE,
                MODIFIED,
            ),
            networks,
            network,
            (File("networks.json", "application/json", "JSON", as_json),),
        ),
        Dataset(
            "towns",
            _("Städer"),
            _("Mölndal, vänorterna och städerna som de samarbetar med. Deras lägen på kartan kommer från GeoNames."),
            (
                IDENTITY,
                ("name", NAMES),
                ("country", _("Landets kod enligt ISO 3166-1.")),
                (
                    "relation",
                    _(
                        "Vad staden är för Mölndal: home (hemstad), twin (vänort), friendship (vänskapsstad), "
                        "link (kontakt), former (tidigare samarbete), wider (ingår i vänortsnätverket) "
                        "eller none (inget avtal)."
                    ),
                ),
                WEBSITE,
                PAGE,
                MODIFIED,
            ),
            towns,
            town,
            (File("towns.geojson", "application/geo+json", "GEOJSON", as_geojson),),
        ),
        Dataset(
            "partnerships",
            _("Avtal mellan städer"),
            _("Vilka städer som samarbetar eller har samarbetat, på vilket sätt och vilka år."),
            (
                IDENTITY,
                ("town_a", _("Den ena staden.")),
                ("town_a_id", _("Samma id som i filen om städer.")),
                ("town_b", _("Den andra staden.")),
                ("town_b_id", _("Samma id som i filen om städer.")),
                ("kind", _("twin (vänortsavtal), friendship (vänskapsförklaring) eller link (kontakt utan avtal).")),
                ("since", _("Året då samarbetet började, om det är känt.")),
                ("until", _("Året då det upphörde.")),
                ("in_force", _("true om avtalet gäller i dag, annars false.")),
                ("decision", _("Diarienummer eller paragraf.")),
                ("source", _("Var uppgiften kommer ifrån.")),
                ("source_url", _("Länk till källan.")),
                MODIFIED,
            ),
            partnerships,
            partnership,
            (
                File("partnerships.csv", "text/csv", "CSV", as_csv),
                File("partnerships.json", "application/json", "JSON", as_json),
            ),
        ),
    )
}
FILES = {file.name: (dataset, file) for dataset in DATASETS.values() for file in dataset.files}


def with_change(given: Given, name: str, only_first: bool) -> QuerySet[Any]:
    """A dataset's contents or the oldest of them, each with `last_change`: when the last of them all changed."""
    contents = DATASETS[name].contents(given)
    moment = Greatest("updated_at", "published_at") if issubclass(contents.model, Publishable) else F("updated_at")
    together = contents.order_by().annotate(all=Value(1)).values("all")
    if only_first:  # by its key, so that the database works out no other's relation
        contents = contents.filter(pk=Subquery(contents.order_by("pk").values("pk")[:1]))
    return contents.annotate(last_change=Subquery(together.annotate(last=Max(moment)).values("last")))


def read(name: str, only_first: bool = False) -> list[Any]:
    """A dataset's contents, or the oldest of them."""
    prepared: Prepared[Any] = Prepared(with_change, name, only_first)
    found = list(prepared)
    return fetch_areas(found) if name == "networks" else found


def last_change(contents: Iterable[Any]) -> datetime | None:
    """When the last of them all changed; None where there are none."""
    return next((item.last_change for item in contents), None)


def shared(response: HttpResponse) -> HttpResponse:
    """Let any page anywhere read the file with a script of its own: it is open, and the same for everyone."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Language"] = ", ".join(LANGUAGES)
    return response


@require_safe
@public
def data_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the files."""
    if name not in FILES:
        raise Http404
    dataset, file = FILES[name]
    contents = read(dataset.name)
    text = dataset.write(file, contents)
    return shared(answer_file(request, text, f"{file.media_type}; charset=utf-8", last_change(contents)))


@require_safe
@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """What there is, for Sveriges dataportal to read."""
    changes = {name: last_change(read(name, only_first=True)) for name in DATASETS}
    text = as_json(describe(DATASETS.values(), changes, Contact.objects.responsible_for(None)))
    last = max(filter(None, changes.values()), default=None)
    return shared(answer_file(request, text, "application/ld+json; charset=utf-8", last))


@require_safe
@public
def front_page(request: HttpRequest) -> HttpResponse:
    """What each file holds, with its latest change and its first record as an example."""
    sections, frame = fronts([Page.Section.OPEN_DATA])
    first = {name: read(name, only_first=True) for name in DATASETS}
    examples = {
        name: dataset.write(dataset.files[0], first[name][:1]) for name, dataset in DATASETS.items() if first[name]
    }
    changes = {name: last_change(found) for name, found in first.items()}
    return render_page(
        request,
        "opendata/front.html",
        sections[Page.Section.OPEN_DATA],
        frame=frame,
        changes=filter(None, changes.values()),
        datasets=[(dataset, changes[name], examples.get(name)) for name, dataset in DATASETS.items()],
    )
