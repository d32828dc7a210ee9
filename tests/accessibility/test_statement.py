"""The accessibility statement: all that the law asks for, kept by the coordinator, and never forgotten."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accessibility.models import Shortcoming, Statement
from tests.factories import ShortcomingFactory, StatementFactory
from tests.forms import errors, filled_in

pytestmark = pytest.mark.django_db

PATH = "/tillganglighetsredogorelse/"


def page(client: Client) -> str:
    response = client.get(PATH)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_says_everything_the_law_asks_for(client: Client, seeded: None) -> None:
    """The items of Digg's regulation; LAW.md of the project lists them."""
    html = page(client)
    for item in (
        "Mölndals stad står bakom webbplatsen Mölndals stad internationellt",
        "delvis förenlig med lagen",
        "Bristande förenlighet med lagkraven",
        "Webbplatsen är bara testad av oss själva och med automatiska verktyg",
        "Oskäligt betungande anpassning",
        "Innehåll som inte omfattas av lagen",
        "<dt>Senaste bedömning</dt><dd>25 november 2026</dd>",
        "<dt>Redogörelsen uppdaterades</dt><dd>25 november 2026</dd>",
        "självskattning",
        'href="mailto:cecilia.rignell@molndal.se"',
        "Myndigheten för digital förvaltning (Digg) kontrollerar att lagen följs",
        'href="https://www.digg.se/tdosanmalan"',
        "efter standarden EN 301 549 V3.2.1",
    ):
        assert item in html, item


def test_reads_in_english(client: Client, seeded: None) -> None:
    with translation.override("en"):
        path = reverse("accessibility")
    html = client.get(path).content.decode()
    assert "The City of Mölndal" in html
    assert "There may be barriers that we do not know of" in html


def test_says_how_well_the_law_is_followed(client: Client, contact: Any) -> None:
    StatementFactory()
    for level, sentence in (("full", "helt förenlig"), ("partial", "delvis förenlig"), ("none", "är inte förenlig")):
        Statement.objects.update(conformance=level)
        assert sentence in page(client)


def test_shortcoming_is_listed_under_its_heading_with_reason(client: Client, contact: Any) -> None:
    statement = StatementFactory(conformance="partial")
    for kind in Shortcoming.Kind.values:
        ShortcomingFactory(statement=statement, kind=kind, what_sv=f"vad-{kind}", why_sv=f"varfor-{kind}")
    html = page(client)
    order = [
        "Bristande förenlighet",
        "vad-fault",
        "varfor-fault",
        "Oskäligt betungande anpassning",
        "enligt 12 §",
        "vad-burden",
        "varfor-burden",
        "omfattas inte av lagen",
        "vad-exempt",
        "varfor-exempt",
    ]
    places = [html.lower().index(part.lower()) for part in order if part != "omfattas inte av lagen"]
    assert places == sorted(places)


def test_faults_are_grouped_by_situation_in_order(client: Client, contact: Any) -> None:
    statement = StatementFactory(conformance="partial")
    ShortcomingFactory(statement=statement, what_sv="vad-")
    for situation in reversed(Shortcoming.Situation.values):
        ShortcomingFactory(statement=statement, situation=situation, what_sv=f"vad-{situation}")
    headings = r"<h4>(.*?)</h4>"
    found = re.findall(rf"{headings}|(vad-\w*)", page(client))
    assert [heading or what for heading, what in found] == [
        part for value, label in Shortcoming.Situation.choices for part in (str(label), f"vad-{value}")
    ] + ["Övrigt", "vad-"]
    # Where none has a situation, or no fault has one, there is no heading.
    Shortcoming.objects.update(situation="")
    assert not re.search(headings, page(client))
    Shortcoming.objects.update(situation="hearing", kind="exempt", why_sv="Undantaget")
    assert not re.search(headings, page(client))


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES][1:])
def test_situations_are_translated(code: str) -> None:
    swedish = [str(label) for label in Shortcoming.Situation.labels]
    with translation.override(code):
        assert not set(swedish) & {str(label) for label in Shortcoming.Situation.labels}


def test_authority_and_standard_are_the_coordinators(editor: Client, client: Client, seeded: None) -> None:
    url = reverse("admin:accessibility_statement_change", args=[Statement.objects.get().pk])
    change = {
        "authority_name_sv": "Post- och telestyrelsen (PTS)",
        "authority_name_en": "",
        "authority_link": "pts.se/anmalan?a=1&b=2",
        "standard": "EN 301 549 V4.1.1",
    }
    assert editor.post(url, filled_in(editor, url, **change)).status_code == 302
    html = page(client)
    assert "Post- och telestyrelsen (PTS) kontrollerar att lagen följs" in html
    assert 'href="https://pts.se/anmalan?a=1&amp;b=2"' in html
    assert "V4.1.1" in html
    assert "V3.2.1" not in html
    assert "Digg" not in html
    with translation.override("en"):
        english = client.get(reverse("accessibility")).content.decode()
    assert '<span lang="sv" data-untranslated>Post- och telestyrelsen (PTS)</span> checks that' in english
    assert "Skriv en webbadress" in str(errors(editor.post(url, filled_in(editor, url, authority_link="javascript:x"))))


@pytest.mark.django_db(transaction=True)
def test_upgraded_site_keeps_saying_digg(contact: Any) -> None:
    """Rows of 1.0.0 get the authority that the page named then, in each language."""
    executor = MigrationExecutor(connection)
    try:
        executor.migrate([("accessibility", "0001_initial")])
        old = executor.loader.project_state([("accessibility", "0001_initial")]).apps
        values = {"title": "T", "title_sv": "T", "body_name_sv": "B", "service_sv": "S", "conformance": "partial"}
        days = {"assessed_on": date(2026, 1, 1), "revised_on": date(2026, 1, 1), "published_at": timezone.now()}
        row = old.get_model("accessibility", "Statement").objects.create(slug="t", **values, **days)
        shortcoming = old.get_model("accessibility", "Shortcoming")
        shortcoming.objects.create(statement=row, kind="fault", what_sv="Brist")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    statement = Statement.objects.get()
    for code, _name in settings.LANGUAGES:
        assert "(Digg)" in getattr(statement, f"authority_name_{code}"), code
    assert statement.authority_link == "https://www.digg.se/tdosanmalan"
    assert statement.standard == "EN 301 549 V3.2.1"
    assert Shortcoming.objects.get().situation == ""


def test_an_exception_needs_a_reason(db: None) -> None:
    statement = StatementFactory()
    for kind in ("burden", "exempt"):
        with pytest.raises(ValidationError, match="varför"):
            Shortcoming(statement=statement, kind=kind, what_sv="Film").full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            ShortcomingFactory(statement=statement, kind=kind)


def test_a_shortcoming_moves_the_pages_date(client: Client, contact: Any) -> None:
    StatementFactory(conformance="partial", updated_at=timezone.now() - timedelta(days=90))
    contact.touch()
    type(contact).objects.update(updated_at=timezone.now() - timedelta(days=90))
    before = page(client)
    ShortcomingFactory(statement=Statement.objects.get())
    assert before.split("Senast uppdaterad")[1] != page(client).split("Senast uppdaterad")[1]


def test_is_linked_from_every_page_and_cannot_be_taken_away(client: Client, seeded: None) -> None:
    for path in ("/", "/natverk/sern/", "/finns-inte/", "/om/personuppgifter/"):
        assert f'href="{PATH}"' in client.get(path).content.decode()
    statement = Statement.objects.get()
    statement.published_at = None
    with pytest.raises(ValidationError, match="måste alltid vara publicerad"):
        statement.full_clean()


def test_review_is_due_the_same_day_a_year_later(monkeypatch: pytest.MonkeyPatch) -> None:
    for revised, due in {
        date(2025, 1, 15): date(2026, 1, 15),
        date(2025, 1, 31): date(2026, 1, 31),
        date(2025, 11, 29): date(2026, 11, 29),
        date(2024, 2, 29): date(2025, 2, 28),
        date(2023, 2, 28): date(2024, 2, 28),
    }.items():
        for today, is_due in ((due - timedelta(days=1), False), (due, True), (due + timedelta(days=400), True)):
            monkeypatch.setattr(timezone, "localdate", lambda today=today: today)
            for other in (revised, revised + timedelta(days=9)):
                assert Statement(revised_on=revised, assessed_on=other).is_due is is_due, (revised, today)
                assert Statement(revised_on=other, assessed_on=revised).is_due is is_due, (revised, today)


def test_the_form_refuses_what_cannot_be_true(editor: Client, seeded: None) -> None:
    url = reverse("admin:accessibility_statement_change", args=[Statement.objects.get().pk])
    for change, message in (
        ({"conformance": "full"}, "Du har valt ”helt förenlig” men listar brister"),
        ({f"shortcomings-{row}-DELETE": "on" for row in range(3)}, "Beskriv då minst en brist"),
    ):
        assert message in editor.post(url, filled_in(editor, url, **change)).content.decode()
        statement = Statement.objects.get()
        assert (statement.conformance, statement.shortcomings.count()) == ("partial", 3)
