"""What could be better on a page: functions from its texts to remarks. They advise and never stop anyone.

LIX is computed for Swedish, Danish, English and German only, as limits are known for these.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from publishing.city import language_name

# Texts of links that say nothing by themselves, of all languages.
VAGUE = {
    *("här", "klicka här", "läs mer", "läs mer här", "se mer", "mer", "mer info", "mer information", "länk", "länken"),
    *("here", "click here", "read more", "learn more", "see more", "more", "more information", "link", "this link"),
    *("her", "klik her", "læs mere", "læs mere her", "se mere", "mere", "mere information"),
    *("hier", "hier klicken", "mehr", "mehr lesen", "mehr erfahren", "weiterlesen", "weitere informationen"),
    *("qui", "clicca qui", "leggi di più", "leggi tutto", "maggiori informazioni", "scopri di più"),
    *("tu", "tutaj", "kliknij tutaj", "więcej", "czytaj więcej", "czytaj dalej", "więcej informacji"),
    *("zde", "tady", "klikněte zde", "více", "číst dál", "čtěte více", "více informací"),
    *("ici", "cliquez ici", "lire la suite", "en savoir plus", "plus d’informations", "plus d'informations"),
}
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
# Where a sentence may end; the next one begins with a capital.
STOP = re.compile(r"[.!?:][\"”»)]*\s+")
BLOCK = re.compile(r"</?(?:p|li|ul|ol|blockquote|table|tr|td|th|br)\b[^>]*>")
MOST_WORDS = 30  # in a sentence
HARDEST = {"sv": 50, "da": 50, "en": 50, "de": 60}  # LIX: above is as hard as an official report
ENOUGH = 100  # words for a LIX that means something
OLD = 2  # years of a fact
QUOTED = 60  # characters


@dataclass(frozen=True)
class Text:
    """The text of a field in a language. A name is the same in all languages."""

    field: str
    language: str
    value: str
    is_rich: bool = False
    is_name: bool = False


@dataclass(frozen=True)
class Remark:
    """One thing to improve: what to do, in which field and language, and a few words of the place."""

    advice: str
    field: str = ""
    language: str = ""
    quote: str = ""

    @property
    def place(self) -> str:
        """The field and the language in words."""
        if not self.language:
            return self.field
        # Translators: a field in a language, "Namn på engelska".
        return _("%(field)s in %(language)s") % {"field": self.field, "language": language_name(self.language)}


def short(text: str) -> str:
    """The first words of a text."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED].rsplit(' ', 1)[0]} …"


class Outline(NamedTuple):
    """The paragraphs of a text, its headings (with their tags) and the texts of its links."""

    blocks: list[str]
    headings: list[tuple[str, str]]
    links: list[str]


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", "", html)).split())


def outline_of(text: Text) -> Outline:
    """What a text is made of. Formatted texts are stored clean: no tag of theirs holds a ">" or is left open."""
    if not text.is_rich:
        return Outline([line for line in (" ".join(line.split()) for line in text.value.splitlines()) if line], [], [])
    headings = [(tag, words_of(inner)) for tag, inner in re.findall(r"(?s)<(h[23])\b[^>]*>(.*?)</\1>", text.value)]
    links = [words_of(inner) for inner in re.findall(r"(?s)<a\b[^>]*>(.*?)</a>", text.value)]
    # A cell that is no paragraph is no sentence.
    rest = re.sub(r"(?s)<(h[23])\b[^>]*>.*?</\1>|<(t[dh])\b[^>]*>[^<]*</\2>", "<p>", text.value)
    blocks = [words_of(block) for block in BLOCK.split(rest)]
    return Outline([block for block in blocks if block], [heading for heading in headings if heading[1]], links)


def sentences_in(block: str) -> list[str]:
    """The sentences of a paragraph. What follows an abbreviation does not begin with a capital, as a rule."""
    stops = [match.end() for match in STOP.finditer(block)]
    ends = [0, *(end for end in stops if block[end : end + 2].lstrip('"”»(–')[:1].isupper())]
    return [block[begin:end].strip() for begin, end in zip(ends, [*ends[1:], len(block)], strict=True)]


def lix(blocks: Iterable[str]) -> float:
    """Björnsson's index of readability: words to a sentence, plus the percentage of words of more than six letters."""
    sentences = [sentence for block in blocks for sentence in sentences_in(block)]
    words = WORD.findall(" ".join(sentences))
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words) if words else 0


def spelling_pattern(spellings: Mapping[str, str]) -> re.Pattern[str] | None:
    """Match any wrong spelling as a whole word, in the genitive too, and not in an address."""
    either = "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))
    return re.compile(rf"(?<![\w.@/-])({either})s?(?![\w@-]|\.\w)", re.IGNORECASE) if spellings else None


def remarks_on_spelling(text: Text, outline: Outline, spellings: Mapping[str, str]) -> Iterator[Remark]:
    """Words that the city's list spells in another way; each once in a text."""
    pattern = spelling_pattern(spellings)
    right = {wrong.lower(): right for wrong, right in spellings.items()}
    written = " ".join([*outline.blocks, *(heading for _tag, heading in outline.headings)])
    found = {match[1].lower(): match[0] for match in pattern.finditer(written)} if pattern else {}
    for wrong, quote in found.items():
        yield Remark(_("We spell it “%s”.") % right[wrong], text.field, text.language, quote)


def remarks_on_text(text: Text, outline: Outline) -> Iterator[Remark]:
    """Links, headings and long sentences of one text."""
    for link in outline.links:
        if link.lower().strip(" .…:>»→") in VAGUE:
            advice = _("The link does not say where it leads. Write what is there.")
            yield Remark(advice, text.field, text.language, link)
        elif ADDRESS.fullmatch(link):
            advice = _("The link only shows an address. Write what is there.")
            yield Remark(advice, text.field, text.language, short(link))
    if outline.headings and outline.headings[0][0] == "h3":
        advice = _("The heading skips a level. Begin with a larger heading.")
        yield Remark(advice, text.field, text.language, short(outline.headings[0][1]))
    for sentence in (sentence for block in outline.blocks for sentence in sentences_in(block)):
        count = len(WORD.findall(sentence))
        if count > MOST_WORDS:
            advice = _("The sentence has %d words. Divide it.") % count
            yield Remark(advice, text.field, text.language, short(sentence))


def remarks_on_reading(language: str, blocks: list[str]) -> Iterator[Remark]:
    """How hard the texts of a language are to read, all together."""
    count = len(WORD.findall(" ".join(blocks)))
    if language in HARDEST and count >= ENOUGH and (value := lix(blocks)) > HARDEST[language]:
        advice = _(
            "The text is hard to read: its LIX is %(lix)d, and below %(limit)d is good. Write shorter sentences."
        )
        yield Remark(advice % {"lix": round(value), "limit": HARDEST[language]}, _("The whole page"), language)


def remarks_on_translations(texts: Iterable[Text]) -> Iterator[Remark]:
    """Which texts lack which translations: languages that lack the same texts share a remark."""
    written: dict[str, set[str]] = {code: set() for code, _name in settings.LANGUAGES}
    for text in texts:
        if text.value and not text.is_name:
            written[text.language].add(text.field)
    source = written.pop(settings.LANGUAGE_CODE)
    lacking: dict[tuple[str, ...], list[str]] = {}
    for code, fields in written.items():
        lacking.setdefault(tuple(sorted(source - fields)), []).append(language_name(code))
    for missing, languages in lacking.items():
        if missing:
            yield Remark(_("Translation missing into %s.") % ", ".join(languages), ", ".join(missing))


def remarks_on_facts(facts: Iterable[tuple[str, date]], today: date) -> Iterator[Remark]:
    for label, day in facts:
        if (day.year + OLD, day.month, day.day) < (today.year, today.month, today.day):
            advice = _("The fact is from %d. Check that it is correct, and change the date.") % day.year
            yield Remark(advice, _("Facts and figures"), quote=label)


def remarks_on_page(
    texts: list[Text],
    *,
    summary: str = "",
    needs_text: bool = False,
    facts: Iterable[tuple[str, date]] = (),
    spellings: Mapping[str, str],
    today: date,
) -> list[Remark]:
    """Everything there is to say about a page. `summary` is the field that lists show, "" for none."""
    source = [text for text in texts if text.language == settings.LANGUAGE_CODE]
    found: list[Remark] = []
    if needs_text and not any(text.value for text in source if text.is_rich):
        found.append(Remark(_("The page has no text of its own.")))
    if summary and not any(text.value for text in source if text.field == summary):
        found.append(Remark(_("Write one or two sentences, which are shown in lists and in search engines."), summary))
    outlines = [(text, outline_of(text)) for text in texts if text.value]
    for text, outline in outlines:
        found += [*remarks_on_spelling(text, outline, spellings), *remarks_on_text(text, outline)]
    for code, _name in settings.LANGUAGES:
        blocks = [block for text, outline in outlines if text.language == code for block in outline.blocks]
        found += remarks_on_reading(code, blocks)
    return [*found, *remarks_on_facts(facts, today), *remarks_on_translations(texts)]
