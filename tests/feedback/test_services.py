"""How answers and reasons are stored."""

from datetime import UTC, datetime

import pytest

from feedback.models import Answer
from feedback.report import reports, start_of
from feedback.services import store_answer, store_reason

pytestmark = pytest.mark.django_db
REVISION = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def answer(helped: str = "no") -> Answer:
    return store_answer("networks.network:3", "SERN", "sv", REVISION, helped)


def test_repeated_comment_is_folded_into_the_first() -> None:
    for _ in range(3):
        store_reason(answer(), "", "Länken är trasig")
    first, second, third = Answer.objects.order_by("pk")
    assert (first.comment, first.repeats) == ("Länken är trasig", 2)
    assert {second.comment, third.comment} == {""}
    assert reports(start_of(4))[0].all == {"no": 3, "comments": 3}


def test_new_reason_is_stored_and_counted() -> None:
    """A reason that the model has got since: no column or constant of its own is needed."""
    store_reason(answer(), "unclear", "")
    store_reason(answer(), "hard", "Krångligt")
    answer("yes")
    assert reports(start_of(4))[0].all == {"yes": 1, "no": 2, "unclear": 1, "hard": 1, "comments": 1}
