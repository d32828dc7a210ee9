import sys
import unicodedata

from publishing.plain import INVISIBLE, visible


def test_invisible_characters_are_removed() -> None:
    for text, seen in (
        ("\u200b", ""),
        (" \u200b\ufeff ", "  "),
        ("\u3164\u2800", ""),
        ("\u202eemasrever", "emasrever"),
        ("vän\u00adort", "vänort"),
        ("a\u200db", "a\u200db"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200d", ""),
        ("\u200ca b\u200d c", "a b c"),
        ("👩\u200d🏫 Říčany\tå\n", "👩\u200d🏫 Říčany\tå\n"),
    ):
        assert visible(text) == seen, ascii(text)


def test_every_format_character_counts_as_invisible() -> None:
    """New ones come with Python's newer Unicode."""
    format_characters = {c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Cf"}
    assert {c for c in format_characters if not INVISIBLE.fullmatch(c)} == {"\u200c", "\u200d"}
