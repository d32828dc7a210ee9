"""The language that each text of the shipped site is marked with, by a detector that reads it."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from lingua import IsoCode639_1, LanguageDetectorBuilder

from pages.sitemaps import ContentSitemap

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "dd", "dt", "td", "th", "title", "figcaption", "blockquote", "label", "legend"}
# Shorter texts are names, numbers and words that several languages share.
LETTERS = 60
SURE = 0.9


class Texts(HTMLParser):
    """The text of each block of a page, with the language that it is marked with."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        language = dict(attrs).get("lang") or (self.open[-1][1] if self.open else "")
        if tag in BLOCKS or language != (self.open[-1][1] if self.open else ""):
            self.found.append((language, ""))
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        self.found.append((self.open[-1][1] if self.open else "", ""))

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] not in {"script", "style", "code"} and self.found:
            self.found[-1] = (self.open[-1][1], f"{self.found[-1][1]}{data}")


@pytest.mark.django_db
def test_every_text_is_marked_with_its_language(seeded: None) -> None:
    codes = [code for code, _name in settings.LANGUAGES]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(
        *(getattr(IsoCode639_1, code.upper()) for code in codes)
    ).build()
    client, texts = Client(), set()
    for entry in ContentSitemap().get_urls():
        page = Texts()
        page.feed(client.get(urlsplit(entry["location"]).path).content.decode())
        texts |= {(language, " ".join(text.split())) for language, text in page.found}
    long = [(language, text) for language, text in texts if len(text) >= LETTERS]
    assert {language for language, _text in long} == set(codes)
    wrong = []
    for language, text in long:
        likely = detector.compute_language_confidence_values(text)[0]
        if likely.value > SURE and likely.language.iso_code_639_1.name.lower() != language:
            wrong.append((language, likely.language.name, text))
    assert not wrong, "\n".join(map(str, sorted(wrong)))
