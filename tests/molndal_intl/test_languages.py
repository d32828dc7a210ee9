"""Every address in every language, and no text that readers meet left untranslated."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

CODES = [code for code, _name in settings.LANGUAGES]
READERS_FILES = (
    "templates/",
    "accessibility/forms.py",
    "accessibility/urls.py",
    "contacts/urls.py",
    "contacts/vcard.py",
    "feedback/forms.py",
    "feedback/personal_data.py",
    "feedback/errors.py",
    "feedback/forms.py",
    "feedback/personal_data.py",
    "feedback/errors.py",
    "feedback/urls.py",
    "molndal_intl/urls.py",
    "news/views.py",
    "opendata/",
    "pages/registry.py",
    "partners/entries.py",
    "partners/forms.py",
    "pages/feeds.py",
    "pages/share_picture.py",
    "pages/wellknown.py",
    "pages/urls.py",
    "pages/views.py",
    "publishing/paging.py",
    "publishing/templatetags/",
    "search/search.py",
)
EDITORS_FILES = (
    "templates/429.html",
    "templates/account/",
    "templates/accounts/",
    "templates/admin/",
    "templates/auth/",
    "templates/dashboard/",
    "templates/editing/",
    "templates/mfa/",
    "templates/socialaccount/",
)


@pytest.mark.parametrize("code", CODES[1:])
def test_texts_for_readers_are_translated(code: str) -> None:
    path = settings.BASE_DIR / "locale" / code / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    untranslated = [
        message.id
        for message in catalogue
        if message.id
        and not all(message.string if isinstance(message.string, tuple) else [message.string])
        and any(
            place.startswith(READERS_FILES) and not place.startswith(EDITORS_FILES)
            for place, _line in message.locations
        )
    ]
    assert untranslated == []
    assert list(catalogue.check()) == []


def test_french_punctuation_stands_off_without_a_break() -> None:
    files = [settings.BASE_DIR / "locale/fr/LC_MESSAGES/django.po", *(settings.BASE_DIR / "content").rglob("*.toml")]
    for path in files:
        french = re.findall(r"(?ms)^msgstr.*?$|^\[fr\].*?(?=^\[|\Z)|^fr\..*?$", path.read_text("utf-8"))
        assert re.findall(r'[^\u00a0\u202f][:;?!»](?=[\s"])|«(?![\u00a0\u202f])', "".join(french)) == [], path


def test_catalogues_hold_every_text_of_the_public_templates() -> None:
    """The English catalogue names each public template that has a text, so nobody forgot `makemessages`."""
    with (settings.BASE_DIR / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        named = {place for message in read_po(file) for place, _line in message.locations}
    for path in Path(settings.BASE_DIR / "templates").rglob("*.html"):
        place = str(path.relative_to(settings.BASE_DIR))
        if "{% translate" in path.read_text("utf-8") and not place.startswith(EDITORS_FILES):
            assert place in named


@pytest.mark.parametrize(
    ("code", "path"),
    [("sv", "/natverk/eurotowns/"), ("en", "/en/networks/eurotowns/")],
)
def test_paths_are_translated(code: str, path: str) -> None:
    with translation.override(code):
        assert reverse("network", args=["eurotowns"]) == path


def test_paths_of_a_language_differ() -> None:
    for code in CODES:
        with translation.override(code):
            paths = {
                reverse(name) for name in ("start", "networks", "twin_towns", "focus_areas", "contact", "feedback")
            }
            assert len(paths) == 6
            assert all(path.isascii() for path in paths)


@pytest.mark.parametrize("code", CODES)
def test_address_alone_decides_the_language(client: Client, fronts: object, code: str) -> None:
    with translation.override(code):
        path = reverse("networks")
    response = client.get(path, headers={"accept-language": "it"})
    assert f'<html lang="{code}">' in response.content.decode()
    assert "Accept-Language" not in response.headers.get("Vary", "")
    assert response.cookies == {}


def test_language_menu_leads_to_the_same_page_in_each_language(client: Client, seeded: None) -> None:
    html = client.get("/en/networks/sern/").content.decode()
    for code in CODES:
        with translation.override(code):
            assert f'<a href="{reverse("network", args=["sern"])}" lang="{code}" hreflang="{code}"' in html


def test_hreflang_links_join_all_languages(client: Client, seeded: None) -> None:
    """hreflang is complete and reciprocal, with x-default the Swedish page."""
    expected = None
    for code in CODES:
        with translation.override(code):
            path = reverse("town", args=["borken"])
        html = client.get(path).content.decode()
        found = set(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))
        assert (code, f"{settings.SITE_URL}{path}") in found
        assert {language for language, _url in found} == {*CODES, "x-default"}
        expected = expected or found
        assert found == expected
    assert ("x-default", f"{settings.SITE_URL}/vanorter/borken/") in (expected or set())
