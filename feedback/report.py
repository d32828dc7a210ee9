"""The report on each page, counted from the answers in the database.

Answers are compared by the page's version, its "Senast uppdaterad" when it was answered. The latest version that has
been answered is the page as it is since its last change; all before is the page as it was.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, DateField, Max, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from feedback.models import Answer
from publishing.sorting import sort_key

PERIODS = (4, 26, 52)
# How many weeks the charts over time show.
CHARTED = 26
# 95 % of a normal distribution lie within so many standard deviations.
Z = 1.959964
Counts = Counter[str]


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % confidence interval of the share `part` of `whole`, as two shares from 0 to 1.

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
        """Need for attention: the share of no since the last change that is certain."""
        return wilson(self.since["no"], total(self.since))[0]

    @property
    def need_percent(self) -> int:
        """Rounded down to what is certain."""
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


def midnight(day: date) -> datetime:
    """When a day begins in Sweden."""
    return timezone.make_aware(datetime.combine(day, time.min))


def answers_since(day: date, page: str = "") -> QuerySet[Answer]:
    return Answer.objects.filter(created_at__gte=midnight(day), **({"page": page} if page else {})).order_by()


def counted(answers: QuerySet[Answer], *by: str) -> dict[tuple[Any, ...], Counts]:
    """Count yes, no, comments and each reason, by the given fields."""
    found: dict[tuple[Any, ...], Counts] = {}
    for *values, helped, reason, commented, number in answers.values_list(
        *by, "helped", "reason", "commented"
    ).annotate(Count("pk")):
        counts = found.setdefault(tuple(values), Counter())
        for name in (helped, reason, "comments" if commented else ""):
            if name:
                counts[name] += number
    return found


def titles(since: date, page: str = "") -> dict[str, str]:
    """Every page that was answered, with its latest heading; the Swedish one where it was read in Swedish."""
    latest: dict[str, tuple[bool, datetime, int]] = {}
    for key, revision, language, pk in (
        answers_since(since, page).values_list("page", "revision", "language").annotate(Max("pk"))
    ):
        latest[key] = max(latest.get(key, (False, revision, pk)), (language == "sv", revision, pk))
    found = Answer.objects.in_bulk([pk for _is_swedish, _revision, pk in latest.values()])
    return {key: found[pk].page_title for key, (_is_swedish, _revision, pk) in latest.items()}


def reports(since: date, page: str = "") -> list[PageReport]:
    """The report of every page answered since a day, those that need most attention first."""
    by_version: dict[str, dict[datetime, Counts]] = {}
    found_by = counted(answers_since(since, page), "page", "revision", "language")
    for (key, revision, _language), counts in found_by.items():
        by_version.setdefault(key, {}).setdefault(revision, Counter()).update(counts)
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
    answers = answers_since(first).filter(page__in=by_page)
    answers = answers.annotate(week=TruncWeek("created_at", output_field=DateField()))
    for page, week, helped, count in answers.values_list("page", "week", "helped").annotate(Count("pk")):
        if week in (weeks := by_page[page].weeks):  # no answer comes from the future
            yes, no = weeks[week]
            weeks[week] = (yes + count, no) if helped == "yes" else (yes, no + count)


def by_language(report: PageReport, since: date) -> dict[str, Counts]:
    """What was answered since the page's last change, in each language it was read in."""
    answers = answers_since(since, report.page).filter(revision=report.changed_at)
    return {language: counts for (language,), counts in counted(answers, "language").items()}


def since_change(page: str, changed_at: datetime) -> Counts:
    """What was answered about a page as it has been since a moment."""
    answers = Answer.objects.filter(page=page, revision__gte=changed_at).order_by()
    return Counter(dict(answers.values_list("helped").annotate(Count("pk"))))
