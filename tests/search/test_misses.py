"""Searches that found nothing: counted by word, language and day, and never by reader."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from search.models import Miss
from tests.factories import PageFactory
from tests.search.test_search import get

pytestmark = pytest.mark.django_db


def counted() -> dict[tuple[str, str], int]:
    return {(miss.language, miss.word): miss.count for miss in Miss.objects.all()}


def test_a_search_that_found_nothing_is_counted_by_word(client: Client) -> None:
    PageFactory(title_sv="Skolor och hem")
    for typed in ("sopor", "SOPOR", "sopor och kattmat", "skolor", "skolor xyzzy", "", "skolorr"):
        get(client, typed)
    get(client, "sopor", "da")
    assert counted() == {("sv", "sopor"): 3, ("sv", "kattmat"): 1, ("da", "sopor"): 1}
    assert Miss.objects.first().day == timezone.localdate()  # type: ignore[union-attr]
    assert {field.name for field in Miss._meta.fields} == {"id", "word", "language", "day", "count"}


@pytest.mark.parametrize(
    "typed",
    [
        *("031-315 10 00", "kim@example.se", "19121212-1212", "Storgatan 12", "kim１２", "x" * 41, "☃"),
        "kim (at) example 4",
    ],
)
def test_what_may_be_personal_data_is_not_counted(client: Client, typed: str) -> None:
    assert "Inga träffar" in get(client, typed)
    assert counted() == {}


def test_a_flood_of_words_is_not_stored(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Miss, "MOST", 3)
    Miss.objects.create(word="gammalt", language="sv", day=timezone.localdate() - timedelta(days=1))
    for typed in ("aaaa", "bbbb", "cccc dddd", "eeee", "ffff", "aaaa"):
        get(client, typed)
    assert counted() == {("sv", "gammalt"): 0, ("sv", "aaaa"): 2, ("sv", "bbbb"): 1, ("sv", "eeee"): 1}


def test_readers_are_answered_if_nothing_can_be_stored(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **options: Any) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(Miss.objects, "bulk_create", fail)
    assert "Inga träffar på ”sopor”" in get(client, "sopor")
    assert counted() == {}
