"""Retention: texts are deleted when the decision says so, and the deletion is recorded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Answer, Purge, Retention
from feedback.report import since_change
from feedback.retention import purge
from tests.factories import LONG_AGO, AnswerFactory

pytestmark = pytest.mark.django_db


def answers(*days_ago: int) -> None:
    for days in days_ago:
        created = timezone.now() - timedelta(days=days)
        AnswerFactory(page="a:1", created_at=created, reason="hard", comment=f"{days} dagar", commented=True, note="n")


def texts() -> int:
    return Answer.objects.exclude(comment="", note="").count()


def decide(months: int = 12) -> None:
    Retention.objects.create(reference="KS 123/2026", decided_on=timezone.localdate(), months=months)
    Retention.objects.update(effective_at=timezone.now())


def test_purge_deletes_old_texts_and_keeps_the_counts() -> None:
    decide()
    answers(1, 360, 370, 900)
    before = since_change("a:1", LONG_AGO), Answer.objects.filter(commented=True, reason="hard").count()
    assert "2 svar" in purge(dry_run=False)
    assert texts() == 2
    assert (since_change("a:1", LONG_AGO), Answer.objects.filter(commented=True, reason="hard").count()) == before
    assert before == ({"no": 4}, 4)
    record = Purge.objects.get()
    assert (record.answers, record.reference) == (2, "KS 123/2026")
    assert "0 svar" in purge(dry_run=False)


def test_without_a_decision_nothing_is_deleted() -> None:
    answers(9000)
    assert "Inget gallringsbeslut" in purge(dry_run=False)
    assert texts() == 1
    assert not Purge.objects.exists()


def test_a_dry_run_tells_and_deletes_nothing() -> None:
    decide()
    answers(1, 900)
    assert "1 svar" in purge(dry_run=True)
    assert texts() == 2
    assert not Purge.objects.exists()


def test_a_night_without_old_answers_leaves_no_record() -> None:
    decide()
    answers(1)
    assert "0 svar" in purge(dry_run=False)
    assert not Purge.objects.exists()


def test_shorter_time_deletes_nothing_for_24_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(100, 500, 900)
    start = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: start)
    Retention.objects.create(reference="KS 1", decided_on=start.date(), months=24)
    for hours, months, left in (
        (0, None, 3),
        (23, None, 3),
        (24, None, 2),  # the first decision is in force
        (25, 36, 2),  # a longer time at once
        (26, 1, 2),
        (49, 12, 2),  # the slip of hour 26 is corrected before it deleted anything
        (51, None, 2),
        (72, None, 2),
        (73, None, 1),
    ):
        monkeypatch.setattr(timezone, "now", lambda hours=hours: start + timedelta(hours=hours))
        if months:
            decision = Retention.objects.get()
            decision.months = months
            decision.save()
        purge(dry_run=False)
        assert texts() == left, hours
    decision = Retention.objects.get()
    decision.reference = "KS 2"
    decision.save()
    assert decision.is_in_force(timezone.now())
