"""Where the lines and bars of the report's charts stand. The templates in admin/feedback/charts/ draw them.

Everything is in whole pixels of the picture's own size: a decimal comma would be no number in SVG.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.models import Answer
from feedback.report import Counts, PageReport, total, wilson


@dataclass(frozen=True)
class ShareRow:
    """One bar: the share of yes, and between which shares the true one lies."""

    label: str | Promise
    yes: int
    total: int
    y: int
    bar: int
    low_x: int
    high_x: int
    percent: int
    low: int
    high: int


@dataclass(frozen=True)
class Shares:
    rows: list[ShareRow]
    width: int
    height: int
    ticks: list[tuple[int, int]]


MARGIN = 14
ROW = 44


def shares(labelled: list[tuple[str | Promise, Counts]], width: int) -> Shares:
    """Shares of yes below one another on one axis from 0 to 100 %, with whiskers for what is not certain."""
    span = width - 2 * MARGIN
    rows = []
    for number, (label, counts) in enumerate(labelled):
        yes, whole = counts["yes"], total(counts)
        low, high = wilson(yes, whole)
        rows.append(
            ShareRow(
                label=label,
                yes=yes,
                total=whole,
                y=number * ROW,
                bar=round(span * yes / whole) if whole else 0,
                low_x=MARGIN + round(span * low),
                high_x=MARGIN + round(span * high),
                percent=round(100 * yes / whole) if whole else 0,
                low=round(100 * low),
                high=round(100 * high),
            )
        )
    ticks = [(MARGIN + span * percent // 100, percent) for percent in (0, 25, 50, 75, 100)]
    return Shares(rows, width, len(rows) * ROW + 22, ticks)


@dataclass(frozen=True)
class Column:
    week: date
    number: int
    yes: int
    no: int
    x: int
    yes_y: int
    yes_height: int
    no_y: int
    no_height: int


@dataclass(frozen=True)
class Weeks:
    columns: list[Column]
    width: int
    height: int
    left: int
    base: int
    bar: int
    top: int
    highest: int
    changed_x: int | None
    changed_late: bool
    labels: list[tuple[int, int]]


LEFT, TOP, BELOW = 34, 26, 20


def weeks(found: dict[date, tuple[int, int]], changed_at: datetime, width: int, height: int) -> Weeks:
    """Answers in each week, no below and yes on top of it, with a line where the page last changed."""
    highest = max((yes + no for yes, no in found.values()), default=0) or 1
    step = (width - LEFT) // len(found)
    base = height - BELOW
    columns = []
    for number, (week, (yes, no)) in enumerate(found.items()):
        no_height = round((base - TOP) * no / highest)
        yes_height = round((base - TOP) * (yes + no) / highest) - no_height
        no_y = base - no_height
        x = LEFT + number * step
        columns.append(
            Column(week, week.isocalendar().week, yes, no, x, no_y - yes_height, yes_height, no_y, no_height)
        )
    days = (timezone.localdate(changed_at) - columns[0].week).days
    changed_x = LEFT + days * step // 7 if days >= 0 else None
    labels = [(column.x + step // 2, column.number) for column in columns[1::8]]
    return Weeks(
        columns,
        width,
        height,
        LEFT,
        base,
        step - 3,
        TOP,
        highest,
        changed_x,
        bool(changed_x and changed_x > width // 2),
        labels,
    )


@dataclass(frozen=True)
class Reason:
    label: str
    count: int
    y: int
    bar: int


@dataclass(frozen=True)
class Reasons:
    rows: list[Reason]
    width: int
    height: int


def reasons(counts: Counts, width: int) -> Reasons:
    """How many gave each reason, the most common first."""
    found = sorted(((counts[reason], reason.label) for reason in Answer.Reason), key=lambda pair: -pair[0])
    highest = max(count for count, _label in found) or 1
    rows = [
        Reason(str(label), count, number * 36, round((width - 44) * count / highest))
        for number, (count, label) in enumerate(found)
    ]
    return Reasons(rows, width, len(rows) * 36)


def of_page(report: PageReport, width: int, height: int) -> dict[str, Any]:
    """The three charts of a page's report."""
    return {
        "shares": shares([(_("Efter ändringen"), report.since), (_("Före ändringen"), report.before)], width),
        "weeks": weeks(report.weeks, report.changed_at, width, height),
        "reasons": reasons(report.all, width),
    }
