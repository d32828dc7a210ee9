"""The search: found in every language and spelling, in a sensible order, and never anything that is not public."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import CharField, TextField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from contacts.models import Contact
from networks.models import Fact, FocusArea, Network, Project
from pages.models import Page
from publishing.richtext import plain_text
from search.index import update_index
from search.models import SearchEntry
from search.search import EXCERPT, Query, Results, clean, cut, holds, look_for, patterns
from search.words import WORD, fold
from tests.factories import (
    LONG_AGO,
    ContactFactory,
    ExchangeFactory,
    FactFactory,
    FocusAreaFactory,
    NetworkFactory,
    PageFactory,
    PartnershipFactory,
    ProjectFactory,
    TownFactory,
)
from tests.queries import number_of_queries
from twinning.models import Exchange, Partnership, Town

pytestmark = pytest.mark.django_db
CODES = [code for code, _name in settings.LANGUAGES]


def found(typed: str, language: str = "sv") -> list[str]:
    """The slugs of what holds every word, best first; nothing that had to be spelled another way."""
    results = look_for(Query(clean(typed), language))
    return [] if results.better or results.partial else slugs(results)


def slugs(results: Results) -> list[str]:
    return [hit.item.slug for hit in results.hits]


def suggested(typed: str, language: str = "sv") -> str:
    return str(look_for(Query(typed, language)).better or "")


def get(client: Client, typed: str, language: str = "sv", **more: Any) -> str:
    with translation.override(language):
        path = reverse("search")
    response = client.get(path, {"q": typed, **more})
    assert response.status_code == 200
    return response.content.decode()


def test_result_shows_title_excerpt_and_marks(client: Client, seeded: None) -> None:
    html = get(client, "albertslund")
    assert "<title>albertslund – Sök – Mölndals stad internationellt</title>" in html
    assert '<meta name="robots" content="noindex">' in html
    assert "1 träff</h2>" in html
    assert '<h3><a href="/vanorter/albertslund/"><mark>Albertslund</mark></a></h3>' in html
    assert "<p><mark>Albertslund</mark>, utanför Köpenhamn, Danmark</p>" in html
    assert re.search(r'<input type="search" id="[^"]+" name="q" value="albertslund"', html)


def test_without_a_query_it_offers_the_form_and_the_sections(client: Client, seeded: None) -> None:
    for html in (get(client, ""), get(client, "  "), client.get("/sok/").content.decode()):
        assert "<title>Sök – Mölndals stad internationellt</title>" in html
        assert 'type="search"' in html
        assert "träff" not in html
        for name in ("networks", "twin_towns", "focus_areas", "contact"):
            assert f'<li><a href="{reverse(name)}">' in html


def test_an_empty_result_helps_on(client: Client, seeded: None) -> None:
    html = get(client, "xyzzy qwertz")
    assert "Inga träffar på ”xyzzy qwertz”</h2>" in html
    assert "Kontrollera stavningen." in html
    assert '<a href="/kontakt/">Kontakta oss</a>' in html
    assert suggested("xyzzy") == ""


def test_every_language_has_its_stems_and_finds_its_own_texts() -> None:
    words = {
        "sv": ("skolorna", "skola"),
        "en": ("visiting", "visited"),
        "da": ("skolerne", "skole"),
        "de": ("Städte", "Stadt"),
        "it": ("scambi", "scambio"),
        "pl": ("miastami", "miasta"),
        "cs": ("městech", "město"),
        "fr": ("villes", "ville"),
    }
    assert set(words) == set(CODES)
    PageFactory(
        slug="egen", **{f"body_{code}": f"<p>Aaa {written} bbb</p>" for code, (written, _typed) in words.items()}
    )
    PageFactory(slug="annan", title_sv="Helt annat")
    for code, (written, typed) in words.items():
        for spelling in (typed, typed.upper(), written, fold(written)):
            assert found(spelling, code) == ["egen"], (code, spelling)


def test_the_page_is_in_the_readers_language_and_leads_there(client: Client, seeded: None) -> None:
    for code in CODES:
        html = get(client, "Říčany", code)
        with translation.override(code):
            assert f'<a href="{reverse("town", args=["ricany"])}"><mark>Říčany</mark></a>' in html
        assert f'<html lang="{code}">' in html
        assert '<p lang="sv"><mark>Říčany</mark>' not in html
        assert ("<p><mark>Říčany</mark> i Tjeckien</p>" in html) is (code == "sv")


def test_a_text_that_stands_in_is_found_and_marked_as_swedish(client: Client) -> None:
    PageFactory(slug="text", title_sv="Ungdomsutbyten", summary_sv="Vi besöker varandra.", summary_de="Besuche.")
    assert found("Ungdomsutbyte", "de") == ["text"]
    html = get(client, "Ungdomsutbyte", "de")
    assert 'lang="sv"><mark>Ungdomsutbyten</mark></a></h3>' in html
    assert "<p>Besuche.</p>" in html
    assert found("besöker", "de") == []  # the German reader sees the German summary
    assert 'lang="sv"' not in get(client, "Ungdomsutbyte").split("<main")[1]


SPELLINGS = {
    "Albertlund": "albertslund",
    "albertlund": "albertslund",
    "Balkow": "bolkow",
    "BALKOW": "bolkow",
    "Bolkow": "bolkow",
    "Bolków": "bolkow",
    "BOLKÓW": "bolkow",
    "Ricany": "ricany",
    "ŘÍČANY": "ricany",
    "R\u030ci\u0301c\u030cany": "ricany",
    "Eurotown": "eurotowns",
    "eurotowns": "eurotowns",
    "Frankrike": "dainville",
    "Emilia-Romagna": "sern",
    "förskolelärare": "sern",
    "FORSKOLELARARE": "sern",
}


def test_the_seeds_spellings_and_others_find_directly(seeded: None) -> None:
    assert {typed: found(typed)[0] for typed in SPELLINGS} == SPELLINGS
    swedish = {"Frankrike", "Emilia-Romagna", "förskolelärare", "FORSKOLELARARE"}
    polish = {typed: slug for typed, slug in SPELLINGS.items() if typed not in swedish}
    polish |= {"Francja": "dainville", "Emilia-Romania": "sern"}
    assert all(slug in found(typed, "pl") for typed, slug in polish.items())


LETTERS = {
    "Åmål": "åmål ÅMÅL amal AMAL A\u030ama\u030al å\u00admål",
    "Öckerö": "öckerö ÖCKERÖ ockero",
    "Älvängen": "älvängen ÄLVÄNGEN alvangen",
    "Łódź": "łódź ŁÓDŹ lodz LODZ",
    "Rødovre": "rødovre RØDOVRE rodovre",
    "Næstved": "næstved NÆSTVED naestved",
    "Gießen": "gießen GIESSEN giessen",
    "Žďár": "žďár ŽĎÁR zdar",
    "Orléans": "orléans ORLÉANS orleans",
    "Vän\u00adorts\u200bavtal": "vänortsavtal vän\u00adortsavtal vanortsavtal",
    "Bo\u0332rke\u0301n": "borken BORKÉN bo\u0332rkén",
    "12,5": "12,5",
}


def test_words_are_found_however_they_are_spelled() -> None:
    for number, written in enumerate(LETTERS):
        TownFactory(slug=f"staden-{number}", name_sv=written, introduction_sv="En stad")
    for number, typed in enumerate(LETTERS.values()):
        for spelling in typed.split():
            for code in ("sv", "cs"):
                assert found(spelling, code) == [f"staden-{number}"], (spelling, code)


def test_beginning_of_a_word_finds_longer_words() -> None:
    PageFactory(slug="avtal", title_sv="Vänortsavtal och skolutbyte, alla resor respektive mål")
    for typed in ("vänort", "vänorter", "skol", "skolor", "resa", "resp"):
        assert found(typed) == ["avtal"], typed
    Page.objects.update(title_sv="Respektive länder")
    for typed in ("vä", "resa", "resor", "re"):
        assert found(typed) == [], typed


def test_every_word_of_the_content_is_found(seeded: None) -> None:
    """The words of every translated or plain text of every object, in all languages."""
    ExchangeFactory(name_sv="Skolutbyte", how_to_join_sv="Anmäl er")
    ContactFactory(name="Nyman", role_sv="samordnaren", unit_sv="Kansliet", phone="031-999 88 77", email="a@nyman.se")
    unseen = {"slug", "sort_key", "image", "website", "association_website", "source_url", "image_alt", "short_name"}
    known = {}
    for code in CODES:
        update_index(code)
        known[code] = "".join(SearchEntry.objects.filter(language=code).values_list("words", flat=True))
    for model in (Page, Network, Project, Fact, FocusArea, Town, Exchange, Partnership, Contact):
        for item in model._default_manager.all():
            if getattr(item, "home", False):
                continue
            for field in model._meta.concrete_fields:
                name = re.sub(r"_(sv|en|da|de|it|pl|cs|fr)$", "", field.name)
                if field.choices or name in unseen or not isinstance(field, CharField | TextField):
                    continue
                code = field.name.removeprefix(f"{name}_") if field.name != name else "sv"
                for word in set(WORD.findall(plain_text(field.value_from_object(item) or ""))):
                    assert holds(known[code], patterns(word, code)), (item, field.name, word)
    assert found("Nyman") == found("samordnaren Kansliet") == found("nyman.se") == found("999") == ["kontakt"]
    assert found("Rignell")[0] == "kontakt"
    assert found("skolutbyte")[0] == found("anmäl er")[0] == Page.objects.get(section="take_part").slug


def test_a_misspelled_word_shows_what_it_most_resembles(client: Client, seeded: None) -> None:
    for typed, word in (
        ("Albertlsund", "Albertslund"),
        ("Erotowns", "Eurotowns"),
        ("SERM", "SERN"),
        ("Bokren", "Borken"),
        ("vänortr", "vänorter"),
        ("Moelndal", "Mölndal"),
    ):
        assert suggested(typed) == word
        html = get(client, typed)
        assert f"Vi hittade inget om ”{typed}”. Visar träffar för <strong>{word}</strong>." in html
        assert f"<mark>{word}</mark>" in html
        assert f'value="{typed}"' in html


def test_only_the_unknown_word_is_spelled_another_way() -> None:
    NetworkFactory(slug="text", name_sv="SERN i Borken", body_sv="<p>Här ser du skolor.</p>")
    assert suggested("skola Brken") == "skola Borken"
    assert suggested("skola xyzzy") == ""
    assert suggested("serm") == "SERN"  # a name rather than the word "ser", which is more alike


def test_all_words_must_be_on_the_page() -> None:
    PageFactory(slug="a", title_sv="Skola", body_sv="<p>Musik i Borken</p>")
    PageFactory(slug="b", title_sv="Skola", body_sv="<p>Dans</p>")
    assert found("musik skolor") == ["a"]
    assert found("musik dans") == []


def test_the_marks_are_on_whole_words(client: Client) -> None:
    PageFactory(title_sv="Om skolor", summary_sv="Skolan, skolorna (och Kulturskolan) i en skola.")
    html = get(client, "skolor")
    assert "<h3>" in html
    assert "Om <mark>skolor</mark></a>" in html
    marked = "<mark>Skolan</mark>, <mark>skolorna</mark> (och Kulturskolan) i en <mark>skola</mark>."
    assert f"<p>{marked}</p>" in html


def test_the_excerpt_is_whole_words_around_the_first_match() -> None:
    text = "ord " * 100 + "träff " + "mer " * 100
    shown = cut(text, text.index("träff"))
    assert shown.startswith("… ord")
    assert " träff mer" in shown
    assert shown.endswith("mer …")
    assert len(shown) <= EXCERPT + 4
    assert cut("kort", 0) == "kort"
    assert len(cut("x" * 5000, 0)) <= EXCERPT + 4
    assert cut("ord " * 100 + "slut", 400).endswith("slut")


NASTY = [
    *('"', "*", "fet*", "NEAR(fet skola)", "fet -skola", "-fet", "words:fet", "'", "&", "fet | skola", "fet:*", "(fet"),
    *("\\", "fet\\", "%", "_", "AND", "fet AND", "NOT", "; DROP TABLE search_searchentry; --", "$$", "\ud800"),
    *("\u037a", "ﷺ" * 100, "⑴", "½", "İ", "ﬀ", "𝓕𝓮𝓽", "नमस्ते", "👩‍👧", "\u202efet", "a\u0301" * 60, "fet\udfff"),
    *("\n\r\t", "fet " * 2500, "x" * 10_000, "1 2 3 4 5 6 7 8 9 10", "0x", "·fe", "a" * 61, "ß" * 61, "𞤀", "\x01"),
]


def test_nothing_that_can_be_typed_is_an_operator_or_an_error(client: Client) -> None:
    PageFactory(title_sv="Fet skola 1e5 2m 日本", body_sv=f"<p>{'ﷺ' * 100} {'a' * 3000} ͺ ⑴ ½ 𞤀</p>")
    for typed in NASTY:
        response = client.get(f"/sok/?q={quote(typed, errors='surrogatepass')}")
        assert response.status_code == 200, typed
        assert response.content.decode().count("<h1>") == 1
    for typed in ('"fet', "fet*", "(fet", "fet & skola", "-fet", "1e5", "2m", "日本", "fet_skola", "⑴", "𞤀"):
        assert found(typed), typed
    assert not found("words:x fet")


def test_null_bytes_and_odd_encodings_are_answered_in_words(client: Client, fronts: object) -> None:
    assert client.get("/sok/?q=%00").status_code == 400
    for charset, query in (("utf-7", "%2B2AA-fet"), ("utf-7", "%2BAAA-fet"), ("utf-16", "%3d%d8"), ("x", "a")):
        response = client.get(f"/sok/?q={query}", headers={"content-type": f"text/plain; charset={charset}"})
        assert response.status_code == 200
        assert response.content.decode().count("<h1>") == 1


def test_what_was_typed_is_kept_but_for_what_cannot_be_shown(client: Client) -> None:
    assert 'value="fet &amp; &quot;skola&quot;"' in get(client, ' fet & "skola" ')
    assert f'value="{"x" * 100}"' in get(client, "x" * 10_000)
    assert clean("a\ud800b\0c\u202e\n") == "a b c"


def hidden_times() -> list[dict[str, Any]]:
    """The publishing times of something that readers may not see now."""
    soon, past = timezone.now() + timedelta(days=1), LONG_AGO + timedelta(days=1)
    return [{"published_at": None}, {"published_at": soon}, {"unpublished_at": past}]


def test_what_is_not_public_is_neither_found_nor_suggested(client: Client) -> None:
    PageFactory(title_sv="Öppen text")
    for factory in (PageFactory, NetworkFactory, TownFactory, FocusAreaFactory):
        title = "title_sv" if factory is PageFactory else "name_sv"
        for hidden in hidden_times():
            item: Any = factory(slug="dold", **{title: "Hemligstad"}, **hidden)
            for code in ("sv", "de"):
                assert found("Hemligstad", code) == []
                assert suggested("Hemligstadd", code) == suggested("Hemligstad", code) == ""
            assert "dold" not in get(client, "Hemligstad")
            item.published_at, item.unpublished_at = LONG_AGO, None
            item.save()
            assert found("Hemligstad") == ["dold"]
            assert suggested("Hemlgstad") == "Hemligstad"
            item.delete()


def test_hidden_part_is_not_found_by_its_page() -> None:
    network, home = NetworkFactory(slug="natverket"), TownFactory(home=True)
    for hidden in hidden_times():
        area, town = FocusAreaFactory(name_sv="hemligheter", **hidden), TownFactory(**hidden)
        network.focus_areas.add(area)
        ProjectFactory(network=network).focus_areas.add(area)
        agreement = PartnershipFactory(town_a=TownFactory(), town_b=town, note_sv="Hemligt avtal")
        assert found("hemligheter") == found("hemligt") == []
        assert suggested("hemlighetr") == ""
        town.published_at, town.unpublished_at = LONG_AGO, None
        town.save()
        assert len(found("hemligt")) == 2
        agreement.delete()
        assert found("hemligt") == []
    assert found(home.name_sv) == []


def test_an_area_joins_and_leaves_its_networks_page_on_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    area = FocusAreaFactory(
        slug="omradet",
        name_sv="hemligheter",
        published_at=now + timedelta(days=1),
        unpublished_at=now + timedelta(days=2),
    )
    NetworkFactory(slug="natverket", focus_areas=[area])
    for days, expected in ((0, []), (1.5, ["omradet", "natverket"]), (2.5, [])):
        monkeypatch.setattr(timezone, "now", lambda days=days: now + timedelta(days=days))
        assert found("hemligheter") == expected


def test_what_stands_on_a_page_is_found_there() -> None:
    area = FocusAreaFactory(slug="omradet", name_sv="turism")
    network = NetworkFactory(slug="natverket", focus_areas=[area])
    FactFactory(network=network, value_sv="18 städer", value_en="18 cities")
    ProjectFactory(network=network, name_sv="avfall", summary_sv="Kompost")
    town = TownFactory(slug="staden", country="DK")
    ExchangeFactory(towns=[town], name_sv="Konsert", summary_sv="Körsång")
    FocusAreaFactory(slug="projektets", name_sv="teater").projects.add(network.projects.get())
    assert found("turism") == ["omradet", "natverket"]
    assert found("teater") == ["projektets", "natverket"]
    assert found("18 cities", "en") == ["natverket"]
    assert found("avfall") == found("kompost") == ["natverket", "projektets"]
    assert found("konserten") == found("körsång") == found("Danmark") == found("Danimarca", "it") == ["staden"]


def change_title(network: Network) -> None:
    network.name_sv = "Nyttnamn"  # type: ignore[attr-defined]
    network.save()


def rename_area(network: Network) -> None:
    area = network.focus_areas.get()
    area.name_sv = "nyttnamn"  # type: ignore[attr-defined]
    area.save()


CHANGES: list[tuple[str, str, Callable[[Network], Any]]] = [
    ("Gammaltnamn", "Nyttnamn", change_title),
    ("gammaltomrade", "nyttnamn", rename_area),
    ("gammaltomrade", "", lambda network: network.focus_areas.clear()),
    ("gammaltprojekt", "", lambda network: network.projects.all().delete()),
    ("18", "", lambda network: network.facts.get().delete()),
    ("Gammaltnamn", "", Network.delete),
    ("", "nyttprojekt", lambda network: ProjectFactory(network=network, name_sv="nyttprojekt")),
    ("", "nytt", lambda network: network.projects.get().focus_areas.add(FocusAreaFactory(name_sv="nytt"))),
]


def test_a_change_is_found_at_once_and_what_it_replaced_is_gone() -> None:
    for before, after, change in CHANGES:
        with transaction.atomic():
            area = FocusAreaFactory(name_sv="gammaltomrade", slug="omradet")
            network = NetworkFactory(slug="natverket", name_sv="Gammaltnamn", focus_areas=[area])
            ProjectFactory(network=network, name_sv="gammaltprojekt")
            FactFactory(network=network)
            assert not before or "natverket" in found(before)
            assert not after or found(after) == []
            change(network)
            assert not before or "natverket" not in found(before), before
            assert not after or "natverket" in found(after), after
            transaction.set_rollback(True)


def test_a_change_that_is_rolled_back_leaves_the_index_alone() -> None:
    network = NetworkFactory(slug="natverket", name_sv="Gammaltnamn")
    with transaction.atomic():
        change_title(network)
        assert found("nyttnamn") == ["natverket"]
        transaction.set_rollback(True)
    assert found("gammaltnamn") == ["natverket"]
    assert found("nyttnamn") == []


def test_titles_come_before_words_in_titles_and_texts() -> None:
    FocusAreaFactory(slug="i-text-2", name_sv="annat", body_sv="<p>Om musik</p>")
    PageFactory(slug="i-text", title_sv="Annat", body_sv="<p>Om musik</p>")
    PageFactory(slug="sammansatt", title_sv="Annan", body_sv="<p>Om musikskolan</p>", position=1)
    TownFactory(slug="ord-i-titel", name_sv="Staden med musik")
    NetworkFactory(slug="borjar", name_sv="Musik i Europa")
    FocusAreaFactory(slug="precis", name_sv="musik")
    assert found("musik") == ["precis", "borjar", "ord-i-titel", "i-text", "i-text-2", "sammansatt"]


def test_pages_of_the_same_rank_come_in_the_order_of_lists() -> None:
    for slug, position in (("c", 30), ("a", 10), ("b", 20)):
        TownFactory(slug=slug, name_sv="Samma", position=position)
    assert found("samma") == ["a", "b", "c"]


def test_a_search_costs_the_same_at_any_size(client: Client) -> None:
    def queries(typed: str) -> int:
        get(client, typed)  # writes the index
        return number_of_queries(get, client, typed)

    def add(number: int) -> None:
        for factory in (PageFactory, NetworkFactory, TownFactory, FocusAreaFactory):
            for _ in range(number):
                factory(**{"introduction_sv" if factory is TownFactory else "summary_sv": "En skola"})

    add(3)
    few = {typed: queries(typed) for typed in ("skola", "skola xyzzy", "skolx")}
    assert max(few.values()) <= 12
    add(10)
    assert {typed: queries(typed) for typed in few} == few


def test_many_results_are_shown_twenty_at_a_time(client: Client) -> None:
    for number in range(45):
        PageFactory(slug=f"sida-{number}", title_sv="Skola & hem", position=number)
    first, second, last = (get(client, "skola & hem", sida=number) for number in (1, 2, 3))
    assert "45 träffar" in first
    assert [html.count("<h3>") for html in (first, second, last)] == [20, 20, 5]
    assert 'href="/om/sida-19/"' in first
    assert 'href="/om/sida-20/"' in second
    link = f"?{urlencode({'q': 'skola & hem'}, quote_via=quote)}&amp;sida="
    assert f'rel="next" href="{link}2"' in first
    assert 'rel="prev"' not in first
    assert f'rel="prev" href="{link}1"' in second
    assert f'rel="next" href="{link}3"' in second
    assert 'rel="next"' not in last
    assert "(sida 3 av 3)" in last


def test_a_page_that_does_not_exist_is_the_nearest_one(client: Client) -> None:
    for _ in range(21):
        PageFactory(title_sv="Skola")
    for number in ("0", "-1", "99", "x", "", "1.5", "9" * 5000, "٢", "nan", "\ud800"):
        response = client.get(f"/sok/?q=skola&sida={quote(number, errors='surrogatepass')}")
        assert response.status_code == 200
        assert response.content.decode().count("<h3>") in {20, 1}, number


def test_any_change_of_the_database_is_found(seeded: None) -> None:
    """A query update sends no signal."""
    assert found("bulkändrat") == []
    Network.objects.filter(slug="sern").update(full_name_sv="Bulkändrat")
    Town.objects.filter(slug="borken").update(introduction_sv="Bulkändrat")
    assert found("bulkändrat") == ["sern", "borken"]
    before = SearchEntry.objects.filter(language="sv").count()
    call_command("index_search")
    assert SearchEntry.objects.count() == before * len(CODES)


def test_the_index_is_written_only_after_a_change(seeded: None) -> None:
    found("sern")
    keys = list(SearchEntry.objects.values_list("pk", flat=True))
    found("sern")
    assert list(SearchEntry.objects.values_list("pk", flat=True)) == keys


def test_only_changed_pages_are_written_to_the_index(seeded: None) -> None:
    """Editors wait on SQLite while a search writes."""
    found("sern")
    before = dict(SearchEntry.objects.filter(language="sv").values_list("pk", "words"))
    Network.objects.filter(slug="sern").update(full_name_sv="Kvantfysik")
    with CaptureQueriesContext(connection) as captured:
        assert found("kvantfysik") == ["sern"]
    after = dict(SearchEntry.objects.filter(language="sv").values_list("pk", "words"))
    assert after.keys() == before.keys()
    (written,) = (query["sql"] for query in captured if 'INTO "search_searchentry"' in query["sql"])
    assert "networks.network" in written
    assert "pages.page" not in written


def test_anyone_is_answered_alike_without_cookies_or_cache(client: Client, editor: Client, seeded: None) -> None:
    mine, theirs = client.get("/sok/?q=sern"), editor.get("/sok/?q=sern", headers={"accept-language": "it"})
    assert mine.content == theirs.content
    assert mine.cookies == {}
    assert set(mine.headers["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert client.post("/sok/", {"q": "sern"}).status_code == 405
