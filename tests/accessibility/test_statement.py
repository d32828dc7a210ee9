"""The accessibility statement: all that the law asks for, kept by the coordinator, and never forgotten."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accessibility.models import Shortcoming, Statement
from tests.factories import ShortcomingFactory, StatementFactory
from tests.forms import filled_in

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
        'href="https://www.digg.se/tdosanmalan"',
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
        ({"shortcomings-0-DELETE": "on"}, "Beskriv då minst en brist"),
    ):
        assert message in editor.post(url, filled_in(editor, url, **change)).content.decode()
        statement = Statement.objects.get()
        assert (statement.conformance, statement.shortcomings.count()) == ("partial", 1)


def test_a_site_has_one(editor: Client, seeded: None) -> None:
    assert editor.get(reverse("admin:accessibility_statement_add")).status_code == 403
