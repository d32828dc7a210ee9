"""What readers think of each page, read from the tallies alone: what it costs does not grow with the answers.

Answers are compared by the page's version, its "Senast uppdaterad" when it was answered. The latest version that has
been answered is the page as it is since its last change; all before is the page as it was.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone

from feedback.models import Tally
from feedback.store import COUNTED
from publishing.sorting import sort_key

PERIODS = (4, 26, 52)
# How many weeks the charts over time show.
CHARTED = 26
# 95 % of a normal distribution lie within so many standard deviations.
Z = 1.959964
Counts = Counter[str]


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Between which shares the true one lies, with 95 % certainty, when `part` of `whole` answered so.

    Wilson's score interval: unlike the raw share it knows that 1 of 1 says less than 90 of 100
    (https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval).
    """
    if not whole:
        return 0.0, 1.0
    middle = part + Z * Z / 2
    reach = Z * math.sqrt(part * (whole - part) / whole + Z * Z / 4)
    return max(0.0, (middle - reach) / (whole + Z * Z)), min(1.0, (middle + reach) / (whole + Z * Z))


@dataclass
class PageReport:
    """What was answered about one page in a period."""

    page: str
    title: str
    changed_at: datetime
    since: Counts
    before: Counts
    weeks: dict[date, tuple[int, int]] = field(default_factory=dict)

    @property
    def need(self) -> float:
        """How much the page needs to be looked at: the share of no since its last change that is certain."""
        return wilson(self.since["no"], total(self.since))[0]

    @property
    def need_percent(self) -> int:
        """Rounded down: it is what we are sure of."""
        return int(100 * self.need)

    @property
    def since_total(self) -> int:
        return total(self.since)

    @property
    def all(self) -> Counts:
        return self.since + self.before


def total(counts: Counts) -> int:
    return counts["yes"] + counts["no"]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def start_of(weeks: int) -> date:
    """The Monday with which a period of whole weeks begins; the week that is not over counts as one."""
    return monday(timezone.localdate()) - timedelta(weeks=weeks - 1)


def summed(tallies: QuerySet[Tally], *by: str) -> Iterable[dict[str, Any]]:
    """The counts, added up in the database by the given fields."""
    return tallies.order_by().values(*by).annotate(**{f"sum_{name}": Sum(name) for name in COUNTED}).iterator()


def counts(row: dict[str, Any]) -> Counts:
    return Counter({name: row[f"sum_{name}"] for name in COUNTED})


def titles(since: date, page: str = "") -> dict[str, str]:
    """Every page that was answered, with its latest heading; the Swedish one where it was read in Swedish."""
    tallies = Tally.objects.filter(day__gte=since, **({"page": page} if page else {})).order_by()
    rows = tallies.values_list("page", "language", "title").annotate(latest=Max("revision"))
    found: dict[str, tuple[bool, datetime, str]] = {}
    for key, language, title, latest in rows:
        found[key] = max(found.get(key, (False, latest, title)), (language == "sv", latest, title))
    return {key: title for key, (_swedish, _latest, title) in found.items()}


def reports(since: date, page: str = "") -> list[PageReport]:
    """Every page that was answered since a day, those first that need most to be looked at."""
    tallies = Tally.objects.filter(day__gte=since, **({"page": page} if page else {}))
    by_version: dict[str, dict[datetime, Counts]] = {}
    for row in summed(tallies, "page", "revision"):
        by_version.setdefault(row["page"], {})[row["revision"]] = counts(row)
    names = titles(since, page)
    found = []
    for key, versions in by_version.items():
        latest = max(versions)
        before = sum((versions[version] for version in versions if version != latest), Counter())
        found.append(PageReport(key, names[key], latest, versions[latest], before))
    return sorted(found, key=lambda report: (-report.need, -total(report.since), sort_key(report.title)))


def add_weeks(shown: Iterable[PageReport]) -> None:
    """Also read how many answered in each of the last weeks, for the pages that are shown. One query."""
    by_page = {report.page: report for report in shown}
    first = start_of(CHARTED)
    for report in by_page.values():
        report.weeks = {first + timedelta(weeks=week): (0, 0) for week in range(CHARTED)}
    tallies = Tally.objects.filter(page__in=by_page, day__gte=first).order_by()
    for page, week, yes, no in tallies.values_list("page", TruncWeek("day")).annotate(Sum("yes"), Sum("no")):
        by_page[page].weeks[week] = (yes, no)


def by_language(report: PageReport, since: date) -> dict[str, Counts]:
    """What was answered since the page's last change, in each language it was read in."""
    tallies = Tally.objects.filter(page=report.page, revision=report.changed_at, day__gte=since)
    return {row["language"]: counts(row) for row in summed(tallies, "language")}


def since_change(page: str, changed_at: datetime) -> Counts:
    """What was answered about a page as it has been since a moment."""
    sums = Tally.objects.filter(page=page, revision__gte=changed_at).aggregate(Sum("yes"), Sum("no"))
    return Counter(yes=sums["yes__sum"] or 0, no=sums["no__sum"] or 0)
