"""Every address in every language."""

import re

from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

CODES = [code for code, _name in settings.LANGUAGES]


def test_translations_keep_placeholders() -> None:
    for code in CODES:
        with (settings.BASE_DIR / "locale" / code / "LC_MESSAGES" / "django.po").open("rb") as file:
            assert list(read_po(file, locale=code).check()) == [], code


def test_french_punctuation_stands_off_without_a_break() -> None:
    files = [settings.BASE_DIR / "locale/fr/LC_MESSAGES/django.po", *(settings.BASE_DIR / "content").rglob("*.toml")]
    for path in files:
        french = re.findall(r"(?ms)^msgstr.*?$|^\[fr\].*?(?=^\[|\Z)|^fr\..*?$", path.read_text("utf-8"))
        assert re.findall(r'[^\u00a0\u202f][:;?!»](?=[\s"])|«(?![\u00a0\u202f])', "".join(french)) == [], path


def test_paths_of_a_language_differ() -> None:
    for code in CODES:
        with translation.override(code):
            paths = {
                reverse(name) for name in ("start", "networks", "twin_towns", "focus_areas", "contact", "feedback")
            }
            assert len(paths) == 6
            assert all(path.isascii() for path in paths)


def test_address_alone_decides_the_language(client: Client, fronts: object) -> None:
    for code in CODES:
        with translation.override(code):
            path = reverse("networks")
        response = client.get(path, headers={"accept-language": "it"})
        assert f'<html lang="{code}">' in response.content.decode()
        assert "Accept-Language" not in response.headers.get("Vary", ""), code
        assert response.cookies == {}, code


def test_language_menu_leads_to_the_same_page_in_each_language(client: Client, seeded: None) -> None:
    html = client.get("/en/networks/sern/").content.decode()
    for code in CODES:
        with translation.override(code):
            assert f'<a href="{reverse("network", args=["sern"])}" lang="{code}" hreflang="{code}"' in html
