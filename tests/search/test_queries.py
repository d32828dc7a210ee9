"""What readers type finds the right page first, in every language (tests/data/queries.txt)."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from search.search import Query, clean, look_for

QUERIES = Path(__file__).parents[1] / "data/queries.txt"
CODES = [code for code, _name in settings.LANGUAGES]


def queries() -> list[tuple[str, str, str]]:
    """The language, what is typed, and the path of the first hit."""
    lines = [line.split(" | ") for line in QUERIES.read_text("utf-8").splitlines() if " | " in line]
    return [(translation.get_language_from_path(path) or "sv", typed, path) for typed, path in lines]


def first_hit(typed: str, language: str) -> str:
    with translation.override(language):
        hits = look_for(Query(clean(typed), language)).hits
        return str(hits[0].item.get_absolute_url()) if hits else "nothing"


@pytest.mark.django_db
def test_the_right_page_comes_first(seeded: None) -> None:
    wrong = [
        f"{code} {typed}: {found}, not {path}"
        for code, typed, path in queries()
        if (found := first_hit(typed, code)) != path
    ]
    assert not wrong, "\n".join(wrong)


def test_there_are_enough_queries_in_each_language() -> None:
    counted = {code: sum(language == code for language, *_row in queries()) for code in CODES}
    assert sum(counted.values()) >= 80
    assert min(counted.values()) >= 10, counted
