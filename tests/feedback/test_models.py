import pytest

from feedback.models import Answer
from feedback.report import reports, start_of
from tests.factories import AnswerFactory

pytestmark = pytest.mark.django_db


def test_repeated_comment_is_added_to_the_first() -> None:
    for _ in range(3):
        AnswerFactory().explain("", "Länken är trasig")
    first, second, third = Answer.objects.order_by("pk")
    assert (first.comment, first.repeats) == ("Länken är trasig", 2)
    assert {second.comment, third.comment} == {""}
    assert reports(start_of(4))[0].all == {"no": 3, "comments": 3}


def test_new_reason_is_stored_and_counted() -> None:
    """A reason needs no column or constant beside Answer.Reason."""
    AnswerFactory().explain("unclear", "")
    AnswerFactory().explain("hard", "Krångligt")
    AnswerFactory(helped="yes")
    assert reports(start_of(4))[0].all == {"yes": 1, "no": 2, "unclear": 1, "hard": 1, "comments": 1}
