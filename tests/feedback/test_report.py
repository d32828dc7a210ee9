"""The report: which pages need attention since their last change, and with what certainty."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.charts import shares, weeks
from feedback.models import Answer
from feedback.report import CHARTED, add_weeks, monday, reports, since_change, start_of, titles, wilson
from networks.models import Network
from tests.factories import NetworkFactory
from tests.feedback.fill import fill

pytestmark = pytest.mark.django_db
OLD, NEW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def tally(
    page: str = "a:1", yes: int = 0, no: int = 0, weeks_ago: int = 0, hard: int = 0, title: str = "", **values: Any
) -> None:
    """Store so many answers, some weeks ago, about the page's present version."""
    values = {"language": "sv", "revision": NEW, "page": page, "page_title": title or page} | values
    values["created_at"] = timezone.now() - timedelta(weeks=weeks_ago)
    given = [Answer(helped="yes", **values) for _ in range(yes)]
    given += [Answer(helped="no", reason="hard" if number < hard else "", **values) for number in range(no)]
    Answer.objects.bulk_create(given)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (1, 1, 0.2065, 1.0),
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (90, 100, 0.8256, 0.9448),
    ],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


def test_many_noes_need_more_than_one_of_one() -> None:
    tally("few:1", no=1)
    tally("many:1", yes=40, no=60)
    tally("liked:1", yes=200, no=3)
    assert [report.page for report in reports(start_of(4))] == ["many:1", "few:1", "liked:1"]


def test_answers_before_last_change_do_not_count_as_need() -> None:
    tally("mended:1", no=80, revision=OLD, weeks_ago=3)
    tally("mended:1", yes=20, no=2)
    report = reports(start_of(4))[0]
    assert (report.since["yes"], report.since["no"]) == (20, 2)
    assert (report.before["yes"], report.before["no"]) == (0, 80)
    assert report.need < 0.1
    assert report.changed_at == NEW


def test_a_period_is_whole_weeks() -> None:
    assert start_of(4).weekday() == 0
    assert monday(timezone.localdate()) - start_of(4) == timedelta(weeks=3)
    tally(no=1, weeks_ago=5)
    assert reports(start_of(4)) == []
    assert len(reports(start_of(26))) == 1


def test_languages_are_added_up_and_the_swedish_heading_is_shown() -> None:
    tally(yes=1, title="Stad")
    tally(yes=2, language="cs", title="Město")
    report = reports(start_of(4))[0]
    assert (report.since["yes"], report.title) == (3, "Stad")


def test_a_renamed_page_is_one_page_with_its_new_heading() -> None:
    tally(no=1, revision=OLD, title="Z gammal", weeks_ago=1)
    tally(no=1, title="A ny")
    assert titles(start_of(4)) == {"a:1": "A ny"}
    assert len(reports(start_of(4))) == 1


def test_weeks_without_answers_are_shown_too() -> None:
    tally(yes=2, no=1)
    tally(yes=4, weeks_ago=2, language="en")
    found = reports(start_of(4))
    add_weeks(found)
    assert len(found[0].weeks) == CHARTED
    assert list(found[0].weeks.values())[-3:] == [(4, 0), (0, 0), (2, 1)]


def test_the_report_counts_what_was_answered() -> None:
    fill({"a:1": "A", "b:1": "B"}, 500, days=100)
    found = reports(start_of(26))
    assert sum(report.all["yes"] for report in found) == Answer.objects.filter(helped="yes").count()
    assert sum(report.all["hard"] for report in found) == Answer.objects.filter(reason="hard").count()


def test_days_and_weeks_begin_at_midnight_in_sweden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 4, 1, 12, tzinfo=UTC))  # the clock changed on 29 March
    monday_30_march = datetime(2026, 3, 29, 22, tzinfo=UTC)
    for seconds in (-1, 0):
        tally(yes=1)
        Answer.objects.filter(pk=Answer.objects.latest("pk").pk).update(
            created_at=monday_30_march + timedelta(seconds=seconds)
        )
    found = reports(start_of(4))
    add_weeks(found)
    assert list(found[0].weeks.values())[-2:] == [(1, 0), (1, 0)]
    assert reports(start_of(1))[0].all == {"yes": 1}


def test_whiskers_stand_where_the_interval_ends() -> None:
    from collections import Counter

    plot = shares([("Alla", Counter(yes=5, no=5)), ("Ingen", Counter())], 228)
    assert (plot["rows"][0]["bar"], plot["rows"][0]["low_x"], plot["rows"][0]["high_x"]) == (100, 14 + 47, 14 + 153)
    assert (plot["rows"][0]["percent"], plot["rows"][0]["low"], plot["rows"][0]["high"]) == (50, 24, 76)
    assert (plot["rows"][1]["bar"], plot["rows"][1]["total"]) == (0, 0)


def test_columns_fill_the_height_and_stand_on_the_axis() -> None:
    first = start_of(CHARTED)
    found = {first + timedelta(weeks=week): (week, 1) for week in range(CHARTED)}
    plot = weeks(found, timezone.now(), 280, 140)
    last = plot["columns"][-1]
    assert plot["highest"] == CHARTED
    assert last["yes_y"] == plot["top"]
    assert last["no_y"] + last["no_height"] == plot["base"]
    assert plot["changed_x"] is not None
    assert last["x"] <= plot["changed_x"] <= plot["width"]


def test_the_reports_pages_show_every_figure(editor: Client) -> None:
    tally("networks.network:7", yes=31, no=19, hard=4, title="SERN & <b>vänner</b>")
    tally("networks.network:7", yes=11, no=3, revision=OLD, weeks_ago=1)
    html = editor.get(reverse("admin:feedback_report")).content.decode()
    for text in ("19 av 50 har svarat nej", "SERN &amp; &lt;b&gt;vänner&lt;/b&gt;", "62 %", "79 %", "svårt att förstå"):
        assert text in html
    assert html.count('<svg role="img"') == 3
    assert "style=" not in html.split('id="content-main"')[1]
    html = editor.get(reverse("admin:feedback_page_report", args=["networks.network:7"])).content.decode()
    assert "31</td><td>50" in html
    assert "per språk" in html


@pytest.mark.parametrize("query", ["?weeks=x", "?weeks=-1", "?p=99", "?p=x&weeks=52", "?weeks=²"])
def test_odd_periods_and_pages_are_the_nearest(editor: Client, query: str) -> None:
    tally(no=1)
    assert "a:1" in editor.get(reverse("admin:feedback_report") + query).content.decode()


def test_a_page_that_nobody_answered_has_no_report(editor: Client) -> None:
    url = reverse("admin:feedback_page_report", args=["a:1"])
    assert editor.get(url, follow=True).status_code == 404
    tally(no=1, weeks_ago=40)
    assert editor.get(url).headers["Location"] == f"{url}?weeks=52"


def test_the_form_tells_what_was_answered_since_the_last_change(editor: Client) -> None:
    network = NetworkFactory()
    url = reverse("admin:networks_network_change", args=[network.pk])
    assert "inga än" in editor.get(url).content.decode()
    tally(network.key, yes=5, no=5, revision=network.updated_at - timedelta(days=1), weeks_ago=1)
    tally(network.key, yes=12, no=3, revision=network.updated_at)
    html = editor.get(url).content.decode()
    assert "12 ja, 3 nej" in html
    assert f"?page=networks.network%3A{network.pk}" in html
    Network.objects.update(updated_at=timezone.now() + timedelta(hours=1))
    assert since_change(network.key, Network.objects.get().updated_at).total() == 0
    assert "answers-box" not in editor.get(reverse("admin:networks_network_add")).content.decode()
