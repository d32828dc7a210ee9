"""Positions of bars and lines in the report's charts. The templates in admin/feedback/charts/ draw them.

Whole pixels of the picture's own size: SVG takes no decimal comma.
"""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.models import Answer
from feedback.report import Counts, PageReport, total, wilson

Chart = dict[str, Any]
MARGIN, ROW = 14, 44
LEFT, TOP, BELOW = 34, 26, 20


def shares(labelled: list[tuple[str | Promise, Counts]], width: int) -> Chart:
    """Bars for the share of yes on one axis from 0 to 100 %, with whiskers for the 95 % interval."""
    span = width - 2 * MARGIN
    rows = []
    for number, (label, counts) in enumerate(labelled):
        yes, whole = counts["yes"], total(counts)
        low, high = wilson(yes, whole)
        share = yes / whole if whole else 0
        rows.append(
            {
                "label": label,
                "yes": yes,
                "total": whole,
                "y": number * ROW,
                "bar": round(span * share),
                "low_x": MARGIN + round(span * low),
                "high_x": MARGIN + round(span * high),
                "percent": round(100 * share),
                "low": round(100 * low),
                "high": round(100 * high),
            }
        )
    ticks = [(MARGIN + span * percent // 100, percent) for percent in (0, 25, 50, 75, 100)]
    return {"rows": rows, "width": width, "height": len(rows) * ROW + 22, "ticks": ticks}


def weeks(found: dict[date, tuple[int, int]], changed_at: datetime, width: int, height: int) -> Chart:
    """Columns of answers in each week, no below and yes on top, with a line where the page last changed."""
    highest = max((yes + no for yes, no in found.values()), default=0) or 1
    step = (width - LEFT) // len(found)
    base = height - BELOW
    columns: list[Chart] = []
    for number, (week, (yes, no)) in enumerate(found.items()):
        no_height = round((base - TOP) * no / highest)
        yes_height = round((base - TOP) * (yes + no) / highest) - no_height
        column = {"week": week, "number": week.isocalendar().week, "yes": yes, "no": no, "x": LEFT + number * step}
        column |= {"no_y": base - no_height, "no_height": no_height}
        columns.append(column | {"yes_y": base - no_height - yes_height, "yes_height": yes_height})
    days = (timezone.localdate(changed_at) - next(iter(found))).days
    changed_x = LEFT + days * step // 7 if days >= 0 else None
    chart = {"columns": columns, "width": width, "height": height, "left": LEFT, "base": base, "bar": step - 3}
    return chart | {
        "top": TOP,
        "highest": highest,
        "changed_x": changed_x,
        "changed_late": changed_x is not None and changed_x > width // 2,
        "labels": [(column["x"] + step // 2, column["number"]) for column in columns[1::8]],
    }


def reasons(counts: Counts, width: int) -> Chart:
    """Bars for how many gave each reason, the most common first."""
    found = sorted(((counts[reason], reason.label) for reason in Answer.Reason), key=lambda pair: -pair[0])
    highest = max(count for count, _label in found) or 1
    rows = [
        {"label": label, "count": count, "y": number * 36, "bar": round((width - 44) * count / highest)}
        for number, (count, label) in enumerate(found)
    ]
    return {"rows": rows, "width": width, "height": len(rows) * 36}


def of_page(report: PageReport, width: int, height: int) -> dict[str, Chart]:
    """The three charts of a page's report."""
    return {
        "shares": shares([(_("After the change"), report.since), (_("Before the change"), report.before)], width),
        "weeks": weeks(report.weeks, report.changed_at, width, height),
        "reasons": reasons(report.all, width),
    }
