"""What an article must say, and when it is over."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from news.models import Article
from pages.registry import next_boundary
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

SIX = datetime(2030, 6, 15, 16, tzinfo=UTC)  # 18:00 in Sweden
EIGHT = datetime(2030, 6, 15, 18, tzinfo=UTC)


def event(**values: Any) -> Article:
    return ArticleFactory(**{"kind": "event", "starts_at": SIX, "ends_at": EIGHT} | values)


def opportunity(**values: Any) -> Article:
    return ArticleFactory(**{"kind": "opportunity", "closes_on": date(2030, 6, 15)} | values)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("starts_at", {"kind": "event"}),
        ("ends_at", {"kind": "event", "starts_at": EIGHT, "ends_at": SIX}),
        ("closes_on", {"kind": "opportunity"}),
        ("closes_on", {"kind": "opportunity", "opens_on": date(2030, 6, 2), "closes_on": date(2030, 6, 1)}),
    ],
)
def test_times_that_are_missing_or_reversed_are_refused(field: str, values: dict[str, Any]) -> None:
    article = Article(title_sv="Nyhet", slug="nyhet", **values)
    with pytest.raises(ValidationError) as refused:
        article.full_clean()
    assert list(refused.value.message_dict) == [field]
    with pytest.raises(IntegrityError), transaction.atomic():
        article.save()


def test_an_address_of_digits_is_refused() -> None:
    """It would be the address of a year."""
    with pytest.raises(ValidationError) as refused:
        Article(title_sv="2026", slug="2026").full_clean()
    assert list(refused.value.message_dict) == ["slug_sv"]


def is_current(article: Article, now: datetime, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether it is in lists at a moment; its own page says the same."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    listed = article in Article.objects.current()
    assert listed is not article.is_over
    return listed


@pytest.mark.parametrize(
    ("make", "last", "after"),
    [
        (event, datetime(2030, 6, 15, 17, 59, tzinfo=UTC), EIGHT),
        (lambda: event(ends_at=None), datetime(2030, 6, 15, 21, 59, tzinfo=UTC), datetime(2030, 6, 15, 22, tzinfo=UTC)),
        (opportunity, datetime(2030, 6, 15, 21, 59, tzinfo=UTC), datetime(2030, 6, 15, 22, tzinfo=UTC)),
    ],
)
def test_it_leaves_lists_when_it_is_over(
    make: Any, last: datetime, after: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = make()
    assert is_current(article, last, monkeypatch)
    assert not is_current(article, after, monkeypatch)
    assert next_boundary(last) == after  # finished pages are thrown away then


def test_stories_and_what_is_over_need_no_review(monkeypatch: pytest.MonkeyPatch) -> None:
    ArticleFactory(), event(), opportunity()
    later = event(ends_at=datetime(2032, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(timezone, "now", lambda: datetime(2031, 1, 1, tzinfo=UTC))
    assert list(Article.objects.due_for_review()) == [later]


def test_a_story_stays_whatever_else_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    story = ArticleFactory(starts_at=SIX, ends_at=EIGHT, closes_on=date(2030, 6, 15))
    assert is_current(story, datetime(2031, 1, 1, tzinfo=UTC), monkeypatch)
