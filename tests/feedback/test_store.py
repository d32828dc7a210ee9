"""Answers and their counts are written together."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError

from feedback import store
from feedback.models import Answer, Tally
from feedback.store import COUNTED, store_answer, store_reason

pytestmark = pytest.mark.django_db
REVISION = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def answer(helped: str = "yes", page: str = "networks.network:3", language: str = "sv") -> Answer:
    return store_answer(page, "SERN", language, REVISION, helped)


def recounted() -> dict[tuple[Any, ...], dict[str, int]]:
    """The tallies as they should be, by reading every answer."""
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for a in Answer.objects.all():
        key = (a.page, a.language, a.revision, store.day_of(a.created_at))
        counts = found.setdefault(key, dict.fromkeys(COUNTED, 0))
        counts[a.helped] += 1
        counts["comments"] += bool(a.comment) + a.repeats
        if a.reason:
            counts[a.reason] += 1
    return found


def tallied() -> dict[tuple[Any, ...], dict[str, int]]:
    return {
        (t.page, t.language, t.revision, t.day): {name: getattr(t, name) for name in COUNTED}
        for t in Tally.objects.all()
    }


def test_an_answer_is_counted() -> None:
    answer()
    assert tallied() == recounted()
    assert Tally.objects.get().yes == 1


def test_the_counts_are_what_a_recount_finds() -> None:
    for page in ("networks.network:3", "twinning.town:1"):
        for language in ("sv", "cs"):
            for helped, reason, comment in (
                ("yes", "", ""),
                ("no", "hard", "Krångligt"),
                ("no", "wrong", ""),
                ("no", "", "Krångligt"),
            ):
                store_reason(answer(helped, page, language), reason, comment)
    assert tallied() == recounted()
    assert sum(counts["yes"] + counts["no"] for counts in tallied().values()) == 16


def test_a_comment_made_before_is_folded_into_the_first() -> None:
    for _ in range(3):
        store_reason(answer("no"), "", "Länken är trasig")
    first, second, third = Answer.objects.order_by("pk")
    assert (first.comment, first.repeats) == ("Länken är trasig", 2)
    assert {second.comment, third.comment} == {""}
    assert Tally.objects.get().comments == 3


def test_the_title_is_the_latest() -> None:
    answer()
    store_answer("networks.network:3", "SERN nu", "sv", REVISION, "no")
    assert Tally.objects.get().title == "SERN nu"


def test_without_its_count_no_answer_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(store, "count", fail)
    with pytest.raises(DatabaseError):
        answer()
    assert not Answer.objects.exists()
