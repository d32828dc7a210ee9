"""What is said about a text: links, headings, sentences, spelling, translations, facts."""

from datetime import date
from typing import Any

import pytest

from quality.remarks import Remark, Text, lix, remarks_on_page, sentences_in

TODAY = date(2026, 6, 1)
SPELLINGS = {"Ricany": "Říčany", "websida": "webbsida"}
ALL = ("sv", "en", "da", "de", "it", "pl", "cs", "fr")


def remarks(*texts: Text, **values: Any) -> list[Remark]:
    return remarks_on_page(list(texts), **{"spellings": SPELLINGS, "today": TODAY} | values)


def on_html(html: str, language: str = "sv") -> list[tuple[str, str]]:
    """The quotations and advice about one formatted text; it is said nothing of its translations."""
    found = remarks(*(Text("Text", code, html if code == language else "-", True) for code in ALL))
    assert {(remark.field, remark.language) for remark in found} <= {("Text", language)}
    return [(remark.quote, remark.advice) for remark in found]


def quotes(html: str, language: str = "sv") -> list[str]:
    return [quote for quote, _advice in on_html(html, language)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("här", "sv"), ("Läs mer", "sv"), ("<strong>Läs mer</strong> »", "sv"), ("Här.", "sv"), ("klicka\n här", "sv"),
        ("Click here", "en"), ("læs mere", "da"), ("Mehr erfahren", "de"), ("qui", "it"), ("więcej", "pl"),
        ("zde", "cs"), ("en savoir plus", "fr"), ("https://www.borken.de/", "de"), ("www.borken.de", "sv"),
        ("borken.de/verein", "sv"),
    ],
)  # fmt: skip
def test_link_that_says_nothing_is_told(text: str, language: str) -> None:
    assert len(on_html(f'<p>Om oss: <a href="https://a.example/">{text}</a></p>', language)) == 1


@pytest.mark.parametrize("text", ["Vänorten Borken", "info@borken.de", "molndal.se", "Läs mer om Borken", "här är vi"])
def test_link_that_says_where_it_leads_is_not_told(text: str) -> None:
    assert on_html(f'<p><a href="https://a.example/">{text}</a> här. Läs mer.</p>') == []


def test_quotation_names_the_link() -> None:
    assert quotes('<p><a href="/a">här</a> och <a href="/b">www.x.se/' + "y" * 100 + "</a></p>") == [
        "här",
        "www.x.se/" + "y" * 51 + " …",
    ]


def test_skipped_heading_level_is_told() -> None:
    assert quotes("<h3>Först liten</h3><p>a</p><h2>Sedan stor</h2>") == ["Först liten"]
    assert quotes("<h2>Stor</h2><h3>Liten</h3><h3>Liten</h3><h2>Stor</h2>") == []


def test_long_sentence_is_told_with_its_first_words() -> None:
    long = " ".join(["ord"] * 31)
    assert on_html(f"<p>Kort. {long.capitalize()}. Kort.</p>") == [
        ("Ord" + " ord" * 14 + " …", "Meningen har 31 ord. Dela upp den.")
    ]
    assert on_html(f"<p>{long[4:]}</p>") == []
    assert on_html(f"<ul><li>{long[4:]}</li><li>{long[4:]}</li></ul><p>{long[4:]}<br>{long[4:]}</p>") == []


def test_sentences_end_before_a_capital_alone() -> None:
    assert sentences_in("Vi ses kl. 12, t.ex. i Borken. ”Kom!” Åk med? Ja") == [
        "Vi ses kl. 12, t.ex. i Borken.",
        "”Kom!”",
        "Åk med?",
        "Ja",
    ]
    assert sentences_in("") == [""]


def test_lix_is_words_by_sentence_and_long_words() -> None:
    assert lix(["Vi har vänorter. De är åtta."]) == 3 + 100 / 6
    assert lix([]) == lix([""]) == lix(["1 2 3."]) == 0


HARD = "Internationaliseringssamordnaren koordinerar verksamhetsutvecklingsprojekt. " * 40


def test_hard_text_is_told_in_languages_with_known_values() -> None:
    for language in ALL:
        told = on_html(f"<p>{HARD}</p>", language) if language not in {"sv", "da", "en", "de"} else []
        assert told == []
    found = remarks(*(Text("Text", code, HARD) for code in ALL))
    assert [(remark.place, remark.language) for remark in found] == [
        ("Hela sidan på svenska", "sv"), ("Hela sidan på engelska", "en"),
        ("Hela sidan på danska", "da"), ("Hela sidan på tyska", "de"),
    ]  # fmt: skip
    assert "LIX är 103, och under 50 är bra" in found[0].advice
    assert remarks(*(Text("Text", code, HARD[:700]) for code in ALL)) == []  # too few words to tell


def test_other_spelling_is_told_once_with_the_right_one() -> None:
    html = "<h2>Ricanys skolor</h2><p>WEBSIDA för ricany, Ricany</p>"
    assert on_html(html) == [
        ("WEBSIDA", "Vi stavar det ”webbsida”."),
        ("Ricanys", "Vi stavar det ”Říčany”."),
    ]
    for fine in ("Říčany", "www.ricany.cz", "info@ricany.cz", "https://ricany.cz/ricany/", "Ricanysson", "websidan"):
        assert on_html(f"<p>{fine}</p>") == [], fine
    assert on_html('<p><a href="https://ricany.cz/">Říčany</a></p>') == []
    assert remarks_on_page([Text("Text", "sv", "Ricany")], spellings={}, today=TODAY)[0].advice.startswith(
        "Översättning"
    )


def test_missing_translations_are_told_together() -> None:
    texts = [Text("Rubrik", code, "a") for code in ALL] + [Text("Namn", "sv", "Borken", is_name=True)]
    assert remarks(*texts) == []
    texts += [Text("Text", code, "a") for code in ("sv", "en")]
    assert remarks(*texts, Text("Ingress", "en", "a")) == [
        Remark("Översättning saknas till danska, tyska, italienska, polska, tjeckiska, franska.", "Text")
    ]


def test_missing_summary_and_text_are_told() -> None:
    name = [Text("Rubrik", code, "a") for code in ALL]
    found = remarks(*name, Text("Text", "sv", "", True), summary="Sammanfattning", needs_text=True)
    assert [(remark.place, remark.advice) for remark in found] == [
        ("", "Sidan har ingen egen text."),
        ("Sammanfattning", "Skriv en eller två meningar, som visas i listor och i sökmotorer."),
    ]
    full = [Text("Sammanfattning", code, "a") for code in ALL] + [Text("Text", code, "a", True) for code in ALL]
    assert remarks(*name, *full, summary="Sammanfattning", needs_text=True) == []


def test_facts_older_than_two_years_are_told() -> None:
    days = {"ny": date(2024, 6, 1), "gammal": date(2024, 5, 31), "skottdag": date(2024, 2, 29)}
    found = remarks(facts=days.items())
    assert [(remark.place, remark.quote) for remark in found] == [
        ("Faktauppgifter", "gammal"), ("Faktauppgifter", "skottdag")
    ]  # fmt: skip
    assert "från 2024" in found[0].advice


@pytest.mark.parametrize(
    "html",
    ["", "<", "<a", "<a>", "</a></p>", "<p>" * 500, "&amp;&#0;&x;", "<a href='x'><a href='y'>här</a></a>", "<!-- x"],
)
def test_broken_html_is_taken(html: str) -> None:
    on_html(html)
