"""How answers are stored."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from feedback.models import Answer


def store_answer(page: str, title: str, language: str, revision: datetime, helped: str) -> Answer:
    """Store a reader's yes or no."""
    return Answer.objects.create(page=page, page_title=title, language=language, revision=revision, helped=helped)


@transaction.atomic
def store_reason(answer: Answer, reason: str, comment: str) -> None:
    """Store why. A comment that others have made word for word about the page is folded into theirs."""
    same = Answer.objects.filter(page=answer.page, language=answer.language, comment=comment).exclude(pk=answer.pk)
    first = same.select_for_update().order_by("pk").first() if comment else None
    if first:
        first.repeats += 1
        first.save(update_fields=["repeats"])
    answer.reason, answer.comment, answer.commented = reason, "" if first else comment, bool(comment)
    answer.save(update_fields=["reason", "comment", "commented"])


def day_of(moment: datetime) -> date:
    """The day of a moment in Swedish time."""
    return timezone.localtime(moment).date()
