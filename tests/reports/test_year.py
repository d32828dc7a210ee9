"""The year in brief."""

from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from reports import year
from reports.section import Section
from reports.year import year_in_brief, years
from tests.dashboard.test_roles import account, logged_in
from tests.factories import (
    AnswerFactory,
    ArticleFactory,
    ExchangeFactory,
    NetworkFactory,
    PartnershipFactory,
    ProjectFactory,
    TownFactory,
)
from tests.queries import number_of_queries

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/aret/"


def sections(chosen: int = 2021) -> dict[str, Section]:
    """The sections of a year by their titles, for an administrator."""
    user, _made = User.objects.get_or_create(username="chef", is_superuser=True)
    return {found.title: found for found in year_in_brief(user, chosen)}


def lines(title: str, chosen: int = 2021) -> list[tuple[str, str]]:
    return [(line.title, line.detail) for line in sections(chosen)[title].lines]


def shown(client: Client, **query: Any) -> str:
    return unescape(client.get(ADDRESS, query).content.decode())


def test_membership_is_told_with_when_it_began_and_ended() -> None:
    NetworkFactory(name_sv="Gammalt", member_from=date(1999, 1, 1))
    NetworkFactory(name_sv="Nytt", member_from=date(2021, 5, 1))
    NetworkFactory(name_sv="Senare", member_from=date(2022, 1, 1))
    NetworkFactory(name_sv="Slut", member_from=date(1999, 1, 1), member_until=date(2021, 12, 31))
    NetworkFactory(name_sv="Tidigare", member_until=date(2020, 12, 31))
    NetworkFactory(name_sv="Utkast", published_at=None)
    assert lines("Medlemskap i nätverk") == [
        ("Gammalt", "medlem sedan 1999"),
        ("Nytt", "ny medlem 2021"),
        ("Slut", "medlem sedan 1999, medlemskapet upphörde 2021"),
    ]


def test_agreement_is_told_with_when_it_began_and_ended() -> None:
    home = TownFactory(home=True)

    def agree(name: str, since: date | None, until: date | None = None) -> None:
        PartnershipFactory(town_a=home, town_b=TownFactory(name_sv=name), since=since, until=until)

    agree("Gammal", date(1999, 1, 1))
    agree("Ny", date(2021, 5, 1))
    agree("Senare", date(2022, 1, 1))
    agree("Slut", date(1998, 1, 1), date(2021, 3, 1))
    agree("Tidigare", date(1997, 1, 1), date(2020, 3, 1))
    PartnershipFactory(since=date(2021, 1, 1))  # between two others
    assert lines("Avtal med vänorter och andra orter") == [
        ("Slut", "vänortsavtal sedan 1998, upphörde 2021"),
        ("Gammal", "vänortsavtal sedan 1999"),
        ("Ny", "vänortsavtal nytt 2021"),
    ]


def test_what_is_planned_this_year_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(year.timezone, "localdate", lambda *_args: date(2021, 6, 1))
    NetworkFactory(name_sv="Planerat", member_from=date(2021, 9, 1))
    NetworkFactory(name_sv="Lämnas", member_until=date(2021, 12, 31))
    assert lines("Medlemskap i nätverk") == [("Lämnas", "")]


def test_projects_and_exchanges_of_the_year_are_told() -> None:
    network = NetworkFactory(name_sv="SERN")
    for name, started, ended in (
        ("länge", 2020, 2022),
        ("förra", 2018, 2020),
        ("nästa", 2022, None),
        ("i år", 2021, 2021),
        ("okänt", None, None),
    ):
        ProjectFactory(network=network, name_sv=name, started=started, ended=ended)
        ExchangeFactory(name_sv=name, started=started, ended=ended)
    ProjectFactory(network=NetworkFactory(published_at=None), name_sv="dolt")
    years = {"Länge": "2020–2022", "I år": "2021", "Okänt": "årtal okänt"}
    assert lines("Projekt") == [(name, f"SERN, {span}") for name, span in years.items()]
    assert lines("Utbyten") == list(years.items())


def test_articles_belong_to_the_swedish_year() -> None:
    ArticleFactory(title_sv="Nyår", published_at=datetime(2020, 12, 31, 23, 30, tzinfo=UTC))
    ArticleFactory(title_sv="Nästa", published_at=datetime(2021, 12, 31, 23, 30, tzinfo=UTC))
    ArticleFactory(title_sv="Utkast", published_at=None)
    assert lines("Nyheter") == [("Nyår", "Berättelse, 1 januari 2021")]


def test_many_articles_are_counted_and_cut() -> None:
    for _number in range(15):
        ArticleFactory(published_at=datetime(2021, 3, 1, tzinfo=UTC))
    found = sections()["Nyheter"]
    assert (found.count, len(found.lines), found.more) == (15, 12, 3)


def answer(page: str, helped: str, number: int, when: int = 2021) -> None:
    for _number in range(number):
        AnswerFactory(
            page=page, page_title=f"Sidan {page}", helped=helped, created_at=datetime(when, 3, 1, tzinfo=UTC),
            comment="Hemligord", note="Hemligord",
        )  # fmt: skip


def test_answers_are_counted_by_page_and_year() -> None:
    answer("a", "yes", 2)
    answer("a", "no", 1)
    answer("b", "no", 4)
    answer("b", "yes", 3, when=2020)
    assert sections()["Svar från läsarna"].note == "2021: 2 ja, 5 nej. 2020: 3 ja, 0 nej. Flest svar:"
    assert lines("Svar från läsarna") == [("Sidan b", "0 ja, 4 nej"), ("Sidan a", "2 ja, 1 nej")]


def test_no_comment_is_shown(editor: Client) -> None:
    AnswerFactory(page_title="Sidan SERN", comment="Hemligord", note="Hemligord")
    html = shown(editor)
    assert "Sidan SERN" in html
    assert "Hemligord" not in html


def test_empty_sections_say_so() -> None:
    assert all(not found.lines and found.empty.endswith(".") for found in sections().values())


def test_current_year_is_shown_unless_another_is_chosen(editor: Client) -> None:
    current = timezone.localdate().year
    for typed, chosen in ({}, current), ({"year": current - 1}, current - 1), ({"year": "x"}, current):
        html = shown(editor, **typed)
        assert f"<h1>Året i korthet {chosen}</h1>" in html
        assert f'<option value="{chosen}" selected>' in html


def test_first_year_to_choose_is_the_swedish_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2020, 12, 31, 23, 30, tzinfo=UTC))
    assert years()[:2] == [2021, 2020]


def test_number_of_queries_does_not_grow(asked: None) -> None:
    home = TownFactory(home=True)

    def add() -> None:
        ProjectFactory()
        ExchangeFactory(towns=[home])
        PartnershipFactory(town_a=home)
        ArticleFactory(published_at=datetime(2021, 3, 1, tzinfo=UTC))
        answer(f"sida{ArticleFactory().pk}", "no", 1)

    add()
    sections()
    few = number_of_queries(sections)
    for _number in range(5):
        add()
    assert number_of_queries(sections) == few


@pytest.mark.parametrize("role", ["Redaktör", "Samordnare", "Administratör"])
def test_every_role_sees_every_section(role: str) -> None:
    html = shown(logged_in(account(role)))
    assert html.count('<section aria-labelledby="section-') == 6
