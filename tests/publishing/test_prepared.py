from datetime import UTC, date, datetime
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from networks.models import FocusArea, Network
from publishing.prepared import Given, Prepared, write
from tests.factories import FocusAreaFactory, NetworkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_written() -> None:
    write.cache_clear()


def current(given: Given) -> QuerySet[Network]:
    return Network.objects.published(given.now).current(given.today)


def of_area(given: Given) -> QuerySet[Network]:
    return Network.objects.filter(focus_areas=given.key)


def at_address(given: Given, published: bool) -> QuerySet[Network]:
    return Network.objects.filter(slug=given.slug, published_at__isnull=not published)


def in_language(given: Given) -> QuerySet[Network]:
    return Network.objects.annotate(called=F("summary"))


def with_areas(given: Given) -> QuerySet[Network]:
    return Network.objects.prefetch_related("focus_areas")


def names(found: Any) -> list[str]:
    return [network.name_sv for network in found]


def test_a_query_is_asked_about_now_and_today() -> None:
    NetworkFactory(
        name_sv="A", published_at=datetime(2030, 1, 1, tzinfo=UTC), unpublished_at=datetime(2032, 1, 1, tzinfo=UTC)
    )
    NetworkFactory(name_sv="B", published_at=datetime(2030, 1, 1, tzinfo=UTC), member_until=date(2031, 6, 1))
    for year, month, expected in [(2029, 12, []), (2031, 1, ["A", "B"]), (2031, 7, ["A"]), (2032, 2, [])]:
        with patch("publishing.prepared.timezone.now", return_value=datetime(year, month, 1, 12, tzinfo=UTC)):
            assert names(Prepared(current)) == expected
    assert write.cache_info().misses == 1


def test_a_query_is_asked_about_a_key_an_address_and_constants() -> None:
    one, other = FocusAreaFactory(), FocusAreaFactory()
    NetworkFactory(name_sv="A", slug="a", focus_areas=[one])
    NetworkFactory(name_sv="B", slug="b", focus_areas=[other], published_at=None)
    assert names(Prepared(of_area, key=one.pk)) == ["A"]
    assert names(Prepared(of_area, key=other.pk)) == ["B"]
    assert names(Prepared(of_area, key=None)) == []
    assert Prepared(at_address, True, slug="a").one_or_404().name_sv == "A"
    assert Prepared(at_address, False, slug="b").one_or_404().name_sv == "B"
    for slug in ("b", "c", "stand in", "a' OR 1=1 --", "%s"):
        with pytest.raises(Http404):
            Prepared(at_address, True, slug=slug).one_or_404()


def test_parts_of_a_list_are_cut_by_the_database() -> None:
    for name in "ABCDE":
        NetworkFactory(name_sv=name)
    assert [names(Prepared(current)[start : start + 2]) for start in (0, 2, 4, 6)] == [
        ["A", "B"],
        ["C", "D"],
        ["E"],
        [],
    ]
    with CaptureQueriesContext(connection) as captured:
        assert names(Prepared(current)[2:4]) == ["C", "D"]
    assert len(captured) == 1
    assert "LIMIT 2 OFFSET 2" in captured[0]["sql"]


def test_each_language_has_its_own() -> None:
    NetworkFactory(summary_sv="Svensk", summary_de="Deutsch")
    for language, expected in (("sv", "Svensk"), ("de", "Deutsch"), ("sv", "Svensk")):
        with translation.override(language):
            assert next(iter(Prepared(in_language))).called == expected  # type: ignore[attr-defined]


def test_what_would_be_asked_with_the_stand_ins_is_refused() -> None:
    with pytest.raises(AssertionError, match="stand-ins"):
        list(Prepared(with_areas))


@pytest.mark.django_db(transaction=True)
def test_threads_use_their_own_connections() -> None:
    FocusAreaFactory(slug="a")
    found: list[Any] = []

    def read() -> None:
        for _ in range(20):
            found.extend(Prepared(areas))
        connection.close()

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [area.slug for area in found] == ["a"] * 80


def areas(given: Given) -> QuerySet[FocusArea]:
    return FocusArea.objects.published(given.now)
