"""How answers and their counts are written: together, or not at all."""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from feedback.models import Answer, Tally

COUNTED = ("yes", "no", "comments", *Answer.Reason.values)


@transaction.atomic
def store_answer(page: str, title: str, language: str, revision: datetime, helped: str) -> Answer:
    """Write a reader's yes or no, and count it."""
    answer = Answer.objects.create(page=page, page_title=title, language=language, revision=revision, helped=helped)
    count(answer, **{helped: 1})
    return answer


@transaction.atomic
def store_reason(answer: Answer, reason: str, comment: str) -> None:
    """Write why, and count it. A comment that others have made word for word about the page is folded into theirs."""
    same = Answer.objects.filter(page=answer.page, language=answer.language, comment=comment).exclude(pk=answer.pk)
    first = same.select_for_update().order_by("pk").first() if comment else None
    if first:
        first.repeats += 1
        first.save(update_fields=["repeats"])
    answer.reason, answer.comment = reason, "" if first else comment
    answer.save(update_fields=["reason", "comment"])
    count(answer, comments=int(bool(comment)), **({reason: 1} if reason else {}))


def day_of(moment: datetime) -> date:
    """The day of a moment in Swedish time."""
    return timezone.localtime(moment).date()


def count(answer: Answer, **added: int) -> None:
    """Add to the tally of the answer's page, language, version and day, in one statement.

    One upsert, as reading and writing back loses counts when two answer at once.
    """
    table, quote = Tally._meta.db_table, connection.ops.quote_name
    shared = ("page", "language", "revision", "day", "title")
    names = [*shared, *COUNTED]
    values = [answer.page, answer.language, answer.revision, day_of(answer.created_at), answer.page_title]
    fields = {field.name: field for field in Tally._meta.concrete_fields}
    prepared = [fields[name].get_db_prep_save(value, connection) for name, value in zip(shared, values, strict=True)]
    update = ", ".join(f"{quote(name)} = {quote(table)}.{quote(name)} + excluded.{quote(name)}" for name in COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(table)} ({', '.join(map(quote, names))}) "  # noqa: S608
            f"VALUES ({', '.join(['%s'] * len(names))}) "
            f"ON CONFLICT (page, language, revision, day) DO UPDATE SET title = excluded.title, {update}",
            [*prepared, *(added.get(name, 0) for name in COUNTED)],
        )
