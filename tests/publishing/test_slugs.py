"""Addresses of pages whose slug differs by language."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import translation

from networks.migrations._slugs import copy_slugs
from networks.models import FocusArea
from pages.models import Page
from tests.factories import FocusAreaFactory, PageFactory

pytestmark = pytest.mark.django_db


def make_page(**values: Any) -> Page:
    page: Page = PageFactory(slug="personuppgifter", title_sv="Så behandlar vi", title_en="Personal data", **values)
    return page


def leads_to(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 301, path
    assert response.headers["Cache-Control"] == "no-cache"
    return str(response.headers["Location"])


def test_translated_title_makes_an_address(client: Client) -> None:
    page = make_page(title_de="Über Ihre Daten")
    found = {}
    for code in ("sv", "en", "de", "fr"):
        with translation.override(code):
            found[code] = page.get_absolute_url()
            assert client.get(found[code]).status_code == 200
    assert found == {
        "sv": "/om/personuppgifter/",
        "en": "/en/about/personal-data/",
        "de": "/de/ueber/uber-ihre-daten/",
        "fr": "/fr/a-propos/personuppgifter/",
    }


def test_other_languages_slugs_redirect(client: Client) -> None:
    make_page()
    assert leads_to(client, "/en/about/personuppgifter/") == "/en/about/personal-data/"
    assert leads_to(client, "/om/personal-data/") == "/om/personuppgifter/"


def test_page_names_its_address_in_every_language(client: Client) -> None:
    make_page()
    html = client.get("/en/about/personal-data/").content.decode()
    links = dict(re.findall(r'hreflang="(\w\w)" href="http://127.0.0.1:8000([^"]+)"', html))
    assert (links["sv"], links["en"]) == ("/om/personuppgifter/", "/en/about/personal-data/")
    assert '<a href="/om/personuppgifter/"' in html


def test_renamed_slugs_redirect(client: Client) -> None:
    page = make_page()
    page.slug_en, page.slug_sv = "data-protection", "dataskydd"  # type: ignore[attr-defined]
    page.save()
    assert leads_to(client, "/en/about/personal-data/") == "/en/about/data-protection/"
    assert leads_to(client, "/om/personuppgifter/") == "/om/dataskydd/"
    page.delete()
    assert client.get("/en/about/data-protection/").status_code == 410


def test_slug_of_another_page_is_refused_in_any_language() -> None:
    make_page()
    other = PageFactory(slug="annan")
    other.slug_da = "personal-data"
    with pytest.raises(ValidationError) as refused:
        other.clean()
    assert refused.value.message_dict == {"slug_da": ["Adressen används redan av ”Så behandlar vi”. Välj en annan."]}


def test_made_slug_avoids_taken_ones() -> None:
    make_page()
    other: Any = PageFactory(slug="annan", title_sv="Annan", title_en="Personal data", title_pl="2027")
    assert (other.slug_en, other.slug_pl) == ("personal-data-2", None)


def test_upgrade_fills_in_slugs() -> None:
    area: Any = FocusAreaFactory(slug="kultur", name_sv="kultur", name_en="culture", name_da="kultur")
    FocusArea.objects.update(**{f"slug_{code}": None for code in ("sv", "en", "da")})
    history: Any = MigrationLoader(connection).project_state(("networks", "0003_slugs")).apps
    copy_slugs("networks", "FocusArea", "name").code(history, None)  # type: ignore[arg-type]
    area.refresh_from_db()
    assert (area.slug_sv, area.slug_en, area.slug_da) == ("kultur", "culture", None)
