"""The year in brief, for the executive board: what the city was part of and what was done. Only what readers may see.

A network or an agreement of which the first year is unknown counts as older than the year. In the current year only
what has begun or ended until today counts.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboard.card import Line, may
from feedback.models import Answer
from feedback.report import counted, midnight, total
from networks.models import Network, Project
from news.models import Article
from publishing.city import names
from publishing.templatetags.site import long_date
from reports.section import Section, section
from twinning.models import Exchange, Partnership

ARTICLES, ANSWERED = 12, 5  # at most so many lines, so that it all fits on one sheet
YEARS = 10  # to choose among


@dataclass(frozen=True)
class Period:
    """A year, the current one until today."""

    year: int

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        return min(date(self.year, 12, 31), timezone.localdate())

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def of(self, first: str, last: str) -> Q:
        """Filter what was in force during the period."""
        begun = Q((first, None)) | Q((f"{first}__lte", self.last))
        return begun & (Q((last, None)) | Q((f"{last}__gte", self.first)))

    def moments(self, name: str) -> Q:
        return Q((f"{name}__gte", midnight(self.first)), (f"{name}__lt", midnight(date(self.year + 1, 1, 1))))


def years() -> list[int]:
    """The years to choose among, the current one first."""
    current = timezone.localdate().year
    return list(range(current, current - YEARS, -1))


def span(begun: str, ended: str) -> str:
    return ", ".join(filter(None, (begun, ended)))


def memberships(period: Period) -> Section:
    networks = Network.objects.published().filter(period.of("member_from", "member_until")).order_by("sort_key")
    lines = []
    for network in networks:
        begun, ended = network.member_from, network.member_until
        joined = _("new member in %d") if period.holds(begun) else _("member since %d")
        left = _("membership ended in %d") % ended.year if ended and period.holds(ended) else ""
        lines.append(Line(network.name, detail=span(joined % begun.year if begun else "", left)))
    return section(_("Membership of networks"), _("%(city)s was not a member of any network.") % names(), lines)


def agreements(period: Period) -> Section:
    """The city's agreements with other towns."""
    of_home = Q(town_a__home=True) | Q(town_b__home=True)
    lines = []
    for agreement in Partnership.objects.shown().filter(of_home, period.of("since", "until")):
        begun, ended = agreement.since, agreement.until
        since = (_("new in %d") if period.holds(begun) else _("since %d")) % begun.year if begun else ""
        until = _("ended in %d") % ended.year if ended and period.holds(ended) else ""
        _home, other = agreement.towns()
        lines.append(Line(other.label, detail=span(f"{agreement.get_kind_display()} {since}".strip(), until)))
    return section(
        _("Agreements with twin towns and other towns"), _("No agreement was in force during the year."), lines
    )


def activity_years(activity: Any) -> str:
    """The years of a project or an exchange: "2021–2023", "sedan 2021", "till 2023"."""
    if activity.started and activity.ended:
        return f"{activity.started}–{activity.ended}" if activity.started != activity.ended else str(activity.ended)
    if activity.started:
        return _("since %d") % activity.started
    return _("until %d") % activity.ended if activity.ended else _("year unknown")


def activities(found: QuerySet[Any], period: Period) -> QuerySet[Any]:
    begun = Q(started=None) | Q(started__lte=period.year)
    return found.filter(begun, Q(ended=None) | Q(ended__gte=period.year))


def projects(period: Period) -> Section:
    of_public = Project.objects.filter(network__in=Network.objects.published()).select_related("network")
    lines = [
        Line(capfirst(project.name), detail=span(project.network.name, activity_years(project)))
        for project in activities(of_public, period)
    ]
    return section(_("Projects"), _("No project was running during the year."), lines)


def exchanges(period: Period) -> Section:
    lines = [
        Line(exchange.heading, detail=activity_years(exchange))
        for exchange in activities(Exchange.objects.all(), period)
    ]
    return section(_("Exchanges"), _("No exchange was running during the year."), lines)


def articles(period: Period) -> Section:
    found = Article.objects.published().filter(period.moments("published_at"))
    lines = [
        Line(article.title, detail=f"{article.get_kind_display()}, {long_date(article.published_at)}")
        for article in found
        if article.published_at
    ]
    return section(_("News articles"), _("Nothing was published during the year."), lines, ARTICLES)


def said(counts: Counter[str]) -> str:
    """Count the answers by yes and no. No comments are shown."""
    return _("%(yes)d yes, %(no)d no") % {"yes": counts["yes"], "no": counts["no"]}


def answers(period: Period) -> Section:
    """The pages with most answers, and how many there were on all; the year before to compare with."""
    given = Answer.objects.filter(period.moments("created_at")).order_by()
    counts = {page: found for (page,), found in counted(given, "page").items()}
    latest = dict(given.values_list("page").annotate(Max("pk")))
    most = sorted(counts, key=lambda page: (-total(counts[page]), page))[:ANSWERED]
    named = Answer.objects.in_bulk([latest[page] for page in most])
    lines = [Line(named[latest[page]].page_title, detail=said(counts[page])) for page in most]
    before = Answer.objects.filter(Period(period.year - 1).moments("created_at")).order_by()
    earlier = sum(counted(before).values(), Counter())
    note = f"{period.year}: {said(sum(counts.values(), Counter()))}. {period.year - 1}: {said(earlier)}."
    if not counts:
        return Section(
            _("Answers from readers"), _("No reader answered during the year."), note=note if earlier else ""
        )
    return Section(_("Answers from readers"), "", lines, note=" ".join([note, _("Most answers:")]))


SECTIONS = (
    (Network, memberships),
    (Partnership, agreements),
    (Project, projects),
    (Exchange, exchanges),
    (Article, articles),
    (Answer, answers),
)


def year_in_brief(user: Any, year: int) -> list[Section]:
    """Return the sections of the year that the user may see."""
    return [make(Period(year)) for model, make in SECTIONS if may(user, "view", model)]
