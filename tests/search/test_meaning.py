"""Other words for the same: synonyms, compounds, telephone numbers; and pages that hold a part of what was typed."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from pages.models import Page
from search.models import SearchEntry, Synonyms
from search.search import Query, look_for
from tests.factories import (
    LONG_AGO,
    ArticleFactory,
    ContactFactory,
    ExchangeFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    ProjectFactory,
    TownFactory,
)
from tests.search.test_search import found, get, slugs, suggested

pytestmark = pytest.mark.django_db


def partly(typed: str, language: str = "sv") -> list[str]:
    """The slugs of what holds a part of what is typed."""
    results = look_for(Query(typed, language))
    return slugs(results) if results.partial else []


def synonyms(words: str, found_as: str, language: str = "sv") -> Synonyms:
    row = Synonyms(words=words, found_as=found_as, language=language)
    row.full_clean()
    row.save()
    return row


# Synonyms


def test_a_synonym_finds_what_pages_call_it() -> None:
    NetworkFactory(slug="natverket", body_sv="<p>Om avfallshantering</p>")
    assert found("sopor") == []
    row = synonyms("sopor, Återvinning", "avfall")
    written = SearchEntry.objects.get(language="sv").pk
    for typed in ("sopor", "SOPORNA", "återvinning", "atervinning", "avfall"):
        assert found(typed) == ["natverket"], typed
    assert found("so") == found("sopor", "da") == []
    row.delete()
    assert found("sopor") == []
    assert SearchEntry.objects.get(language="sv").pk == written  # the index is left alone


def test_synonym_holds_in_its_language_for_any_of_its_words() -> None:
    NetworkFactory(slug="natverket", summary_sv="Avfall", summary_de="Entsorgung", summary_da="Skrald")
    synonyms("Müll, Abfall", "avfall, Entsorgung", "de")
    assert found("Müll", "de") == found("muell", "de") == found("MULL", "de") == ["natverket"]
    assert found("Müll") == []


def test_a_synonym_is_marked_in_the_result(client: Client) -> None:
    synonyms("sopor", "avfall")
    NetworkFactory(summary_sv="Vi sorterar avfall.")
    assert "Vi sorterar <mark>avfall</mark>." in get(client, "sopor")


@pytest.mark.parametrize(
    ("words", "found_as", "field", "message"),
    [
        ("sopor, gamla skor", "avfall", "words", "Skriv ett ord i taget, med komma emellan. ”gamla skor” är inte"),
        ("sopor", "avfall; skräp", "found_as", "”avfall; skräp” är inte ett ord"),
        (" , ", "avfall", "words", "Skriv ett ord i taget"),
        ("slask, SKRAP", "avfall", "words", "”SKRAP” finns redan i raden ”skräp → bråte”. Ändra den raden"),
    ],
)
def test_a_wrong_synonym_is_refused(editor: Client, words: str, found_as: str, field: str, message: str) -> None:
    synonyms("skräp", "bråte")
    data = {"language": "sv", "words": words, "found_as": found_as}
    form = editor.post("/admin/search/synonyms/add/", data).context["adminform"].form
    assert message in form.errors[field][0]
    assert Synonyms.objects.count() == 1


def test_a_synonym_is_stored_as_a_tidy_list(editor: Client) -> None:
    synonyms("sopor", "avfall", "da")  # in another language it is another word
    editor.post(
        "/admin/search/synonyms/add/", {"language": "sv", "words": " sopor ,,  skräp,sopor", "found_as": "avfall"}
    )
    assert str(Synonyms.objects.get(language="sv")) == "sopor, skräp → avfall"
    assert "sopor, skräp" in editor.get("/admin/search/synonyms/").content.decode()


def test_a_row_may_be_saved_again() -> None:
    row = synonyms("sopor", "avfall")
    row.full_clean()
    with pytest.raises(ValidationError):
        synonyms("SOPOR", "skräp")


def test_each_shipped_synonym_finds_a_page(seeded: None) -> None:
    """As it stands in the list; a later change of the content may leave some of them without one."""
    rows = Synonyms.objects.all()
    assert {row.language for row in rows} == {"sv", "en", "da", "de", "it", "pl", "cs", "fr"}
    found_nothing = [
        (row.language, word) for row in rows for word in row.words.split(", ") if not found(word, row.language)
    ]
    assert not found_nothing


# Compounds


def test_a_compound_finds_the_page_with_its_parts() -> None:
    PageFactory(slug="utbyten", title_sv="Utbyten", body_sv="<p>För skolor och ungdomar</p>")
    PageFactory(slug="skolor", title_sv="Skolor")
    for typed in ("skolutbyte", "skolutbyten", "ungdomsutbyte", "UNGDOMSUTBYTET"):
        assert found(typed) == ["utbyten"], typed
    Page.objects.filter(slug="skolor").update(title_sv="Skolutbyte", title="Skolutbyte")
    assert found("skolutbyte") == ["skolor"]  # the word itself is better


def test_a_compound_is_split_where_both_parts_are_words_of_pages() -> None:
    PageFactory(
        slug="text", title_sv="Respektive skola", body_sv="<p>Utbyte på en ö</p>", body_de="<p>Schulen: Austausch</p>"
    )
    assert found("resa") == found("resor") == []
    assert found("skolresa") == found("öutbyte") == found("utbyteö") == []
    assert found("Schulaustausch", "de") == ["text"]


# All words, else some


def test_pages_with_some_of_the_words_come_if_none_has_all(client: Client) -> None:
    PageFactory(slug="en", title_sv="Musik", position=1)
    PageFactory(slug="tva", title_sv="Annat", body_sv="<p>Om musik och dans</p>", position=2)
    PageFactory(slug="ingen", title_sv="Skola och hem")
    assert found("musik dans") == ["tva"]
    assert found("musik dans xyzzy") == []
    assert partly("musik dans xyzzy") == ["tva", "en"]
    assert partly("musik och skola") == ["ingen", "en", "tva"]
    assert partly("och xyzzy") == []  # short words are on every page
    said = "Ingen sida innehåller allt du skrev. Här är sidor med en del av det."
    assert said in get(client, "musik dans xyzzy")
    assert said not in get(client, "musik dans")
    assert "No page has all that you typed" in get(client, "musik xyzzy", "en")


def test_spelling_comes_before_a_part() -> None:
    PageFactory(slug="bada", title_sv="Musik och danser")
    PageFactory(slug="en", title_sv="Musik")
    assert suggested("musik dansr") == "musik danser"
    assert partly("musik dansr") == []
    assert partly("musikk xyzzy") == ["en", "bada"]
    assert suggested("musikk xyzzy") == "Musik xyzzy"


# What has no page of its own


def test_a_person_is_found_however_the_number_is_typed(client: Client) -> None:
    PageFactory(slug="kontakt", section="contact", title_sv="Kontakt")
    ContactFactory(name="Åsa Öhman", role_sv="Kommunikatör", phone="031-315 10 00", email="asa.ohman@example.se")
    for typed in (
        *("031-315 10 00", "0313151000", "031 315 10 00", "031/3151000", "(031) 315 10 00", "+46 31 315 10 00"),
        *("+46313151000", "+46 (0)31-315 10 00", "0046 31 315 10 00", "031–315 10 00", "315 10 00", "031-315"),
        *("Åsa Öhman", "asa ohman", "ÖHMAN", "kommunikatörer", "asa.ohman@example.se"),
    ):
        assert found(typed) == ["kontakt"], typed
    assert "<mark>031-315 10 00</mark>" in get(client, "+46313151000")
    for typed in ("031-315 10 01", "0313151001", "08-315 10 00"):
        assert found(typed) == [], typed
    assert not get(client, "031-315 10 00").count("<mark>10</mark>")


def test_what_a_page_shows_by_name_comes_before_other_texts() -> None:
    PageFactory(slug="text", title_sv="Annat", body_sv="<p>Körsång</p>", position=1)
    town, area = TownFactory(slug="staden"), FocusAreaFactory(slug="omradet")
    ExchangeFactory(towns=[town], name_sv="Körsång").focus_areas.add(area)
    assert found("körsång") == ["staden", "omradet", "text"]


def test_projects_are_found_on_the_pages_that_show_them() -> None:
    network, area = NetworkFactory(slug="natverket", published_at=None), FocusAreaFactory(slug="omradet")
    area.projects.add(ProjectFactory(network=network, name_sv="kompost", summary_sv="Maskar"))
    assert found("kompost") == []  # the page of a hidden network's project does not show it
    network.publish()
    network.save()
    assert found("kompost") == found("maskar") == ["natverket", "omradet"]


@pytest.mark.parametrize(
    "values",
    [
        {"title_sv": "Konsert"},
        {"summary_sv": "En konsert"},
        {"body_sv": "<p>Konserter</p>"},
        {"kind": "opportunity", "audience_sv": "konserten", "closes_on": LONG_AGO.date()},
    ],
)
def test_articles_are_found(values: dict[str, Any]) -> None:
    ArticleFactory(slug="nyheten", **values)
    assert found("konsert") == ["nyheten"]


def test_of_too_many_pages_the_best_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.search.MAX_FOUND", 2)
    for number in range(3):
        PageFactory(title_sv="Annat", body_sv="<p>Musik</p>", position=number)
    PageFactory(slug="titel", title_sv="Musik", position=8)
    PageFactory(slug="bada", title_sv="Annat", body_sv="<p>Musik, skola</p>", position=9)
    assert found("musik")[0] == "titel"
    assert partly("musik skola xyzzy") == ["bada", "titel"]


def test_telephone_hours_are_found_on_the_contact_page(fronts: object) -> None:
    ContactFactory(hours_sv="Torsdagar 9–15")
    assert [hit.item.get_absolute_url() for hit in look_for(Query("torsdagar", "sv")).hits] == ["/kontakt/"]
