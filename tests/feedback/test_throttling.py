"""Throttling: senders are counted without loss, by a digest that is deleted the day after."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from feedback import throttling
from feedback.models import DailySalt, Sender
from feedback.throttling import DOUBLE_CLICK, count, is_second_click, seconds_left
from publishing.clients import address

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the time."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def request(remote: str = "192.0.2.1", browser: str = "Firefox") -> Any:
    return RequestFactory().post("/", REMOTE_ADDR=remote, headers={"User-Agent": browser})


def test_each_time_is_counted(db: None) -> None:
    assert [count("answer", "192.0.2.1") for _ in range(3)] == [1, 2, 3]
    assert count("answer", "192.0.2.2") == 1
    assert count("comment", "192.0.2.1") == 1


def test_within_a_time_it_is_counted_from_the_first(db: None, at: Any) -> None:
    for seconds, expected in ((0, 1), (2, 2), (3, 3), (4, 1), (5, 2)):
        at(NOON + timedelta(seconds=seconds))
        assert count("click", within=timedelta(seconds=3)) == expected


def test_nothing_that_is_kept_says_who_it_was(db: None) -> None:
    count("answer", "192.0.2.1")
    (kept,) = Sender.objects.values()
    assert "192.0.2.1" not in str(kept)
    assert {field.name for field in Sender._meta.get_fields()} == {"digest", "day", "count", "latest_at"}
    # Without the secret the digest cannot be made again.
    DailySalt.objects.all().delete()
    count("answer", "192.0.2.1")
    assert Sender.objects.values("digest").distinct().count() == 2


def test_the_day_after_all_is_forgotten(db: None, at: Any) -> None:
    at(NOON)
    count("answer", "192.0.2.1")
    at(NOON + timedelta(hours=10, minutes=59))
    assert count("answer", "192.0.2.1") == 2
    at(NOON + timedelta(hours=11))  # midnight in Sweden
    assert count("answer", "192.0.2.1") == 1
    assert DailySalt.objects.count() == Sender.objects.count() == 1


def test_of_two_who_make_the_days_secret_the_first_decides(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = throttling.secret_of(NOON)
    monkeypatch.setattr("django.db.models.query.QuerySet.first", lambda self: None)
    assert throttling.secret_of(NOON) == first


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::"),
        ("[2001:db8:1:2::1]:4711", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("unix:", ""),
        ("x\0\ud800", ""),
    ],
)
def test_an_address_is_cut_to_what_one_household_has(remote: str, expected: str) -> None:
    assert address(request(remote)) == expected


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9,, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "203.0.113.9, nonsense", ""),
    ],
)
def test_only_our_own_proxies_are_believed(settings: Any, proxies: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    made = RequestFactory().post("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})
    assert address(made) == expected


def test_a_second_click_is_one_of_the_same_reader(db: None, at: Any) -> None:
    at(NOON)
    assert not is_second_click(request(), "", "pages.page:1", "yes")
    assert is_second_click(request(), "", "pages.page:1", "yes")
    assert not is_second_click(request(), "", "pages.page:1", "no")
    assert not is_second_click(request(), "", "pages.page:2", "yes")
    assert not is_second_click(request(browser="Chrome"), "", "pages.page:1", "yes")
    assert not is_second_click(request("192.0.2.2"), "", "pages.page:1", "yes")
    at(NOON + DOUBLE_CLICK + timedelta(milliseconds=1))
    assert not is_second_click(request(), "", "pages.page:1", "yes")


def test_with_javascript_a_lost_answer_is_known_later_too(db: None, at: Any) -> None:
    at(NOON)
    assert not is_second_click(request(), "17", "pages.page:1", "yes")
    at(NOON + timedelta(minutes=5))
    assert is_second_click(request(), "17", "pages.page:1", "yes")
    assert not is_second_click(request(), "18", "pages.page:1", "yes")
    # However it is written: what comes from outside.
    assert not is_second_click(request(), "\0\ud800" * 9999, "pages.page:1", "yes")


def test_the_counts_begin_anew_at_midnight_in_sweden(at: Any) -> None:
    at(datetime(2026, 3, 2, 22, 0, tzinfo=UTC))
    assert seconds_left() == 3601
    at(datetime(2026, 3, 28, 23, 0, tzinfo=UTC))  # the night in which an hour is skipped
    assert seconds_left() == 23 * 3600 + 1


COUNT_100 = """
import django
django.setup()
from feedback.throttling import count
for _ in range(100):
    count("answer", "192.0.2.1")
"""


@pytest.mark.django_db(transaction=True)
def test_four_processes_lose_no_count() -> None:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        url = f"postgres://{urlsplit(os.environ['DATABASE_URL']).netloc}/{name}"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "molndal_intl.settings", "DATABASE_URL": url}
    started = [subprocess.Popen([sys.executable, "-c", COUNT_100], env=environment) for _ in range(4)]
    assert [process.wait(120) for process in started] == [0, 0, 0, 0]
    assert Sender.objects.get().count == 400
    assert DailySalt.objects.count() == 1
