from datetime import UTC, date, datetime

import pytest
from babel import Locale
from babel.dates import format_date, format_time
from django.conf import settings
from django.utils import translation

from networks.models import Network
from publishing.templatetags.site import clock, in_words, long_date, og_locale, rich, text


def test_a_list_in_words() -> None:
    assert in_words([]) == ""
    assert in_words(["A"]) == "A"
    assert in_words(["A", "B"]) == "A och B"
    assert in_words(["A", "B", "C", "D"]) == "A, B, C och D"
    with translation.override("en"):
        assert in_words(["A", "B", "C"]) == "A, B and C"
    assert in_words(["<b>", "A"]) == "&lt;b&gt; och A"
    assert in_words(["A", "<b>", "C och D"]) == "A, &lt;b&gt; samt C och D"
    with translation.override("cs"):
        assert in_words(["A", "C a D"]) == "A a také C a D"


def test_dates_are_written_as_cldr_has_them() -> None:
    time = datetime(2026, 12, 1, 7, 5, tzinfo=UTC)
    for language, _name in settings.LANGUAGES:
        locale = Locale.parse("en_GB" if language == "en" else language)
        with translation.override(language):
            for month in range(1, 13):
                day = date(2026, month, 5)
                assert long_date(day) == format_date(day, "long", locale)
            assert clock(time) == format_time(time.replace(hour=8), "short", locale=locale)
            assert Locale.parse(og_locale()).language == language
            assert in_words(["A", "B", "C"]) == locale.list_patterns["standard"]["end"].format("A, B", "C")


@pytest.mark.django_db
def test_missing_translation_shows_marked_swedish() -> None:
    network = Network(summary_sv="Ett <nätverk>", body_sv="<p>Text</p>")
    assert text(network, "summary") == "Ett <nätverk>"
    with translation.override("de"):
        assert text(network, "summary") == '<span lang="sv" data-untranslated>Ett &lt;nätverk&gt;</span>'
        assert rich(network, "body") == '<div lang="sv" data-untranslated><p>Text</p></div>'
        network.summary_de = "Ein Netzwerk"  # type: ignore[attr-defined]
        assert text(network, "summary") == "Ein Netzwerk"
