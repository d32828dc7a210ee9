"""The archive package, unpacked and opened from its folder."""

import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from publishing.images import keep
from reports.archive import make
from tests.publishing.test_images import picture
from twinning.models import Town


@pytest.fixture
def folder(seeded: None, tmp_path: Path) -> Path:
    """A package of the real content, with a picture of Borken, as its receiver has it."""
    name = keep(ContentFile(picture("JPEG", (700, 400)), name="x.jpg")).name
    borken = Town.objects.get(slug="borken")
    borken.image, borken.image_alt_sv, borken.image_alt_de = name, "Torget i Borken", "Der Markt in Borken"
    borken.save()
    with make() as made, zipfile.ZipFile(made) as package:
        package.extractall(tmp_path / "package")
    return tmp_path / "package"


def test_town_is_found_in_german_without_leaving_the_folder(page: Page, folder: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{folder.as_uri()}/index.html")
        page.locator(".languages summary").click()
        page.get_by_role("link", name="Deutsch").click()
        if width == 390:
            page.get_by_role("button", name="Menü").click()
        page.get_by_role("navigation").get_by_role("link", name="Partnerstädte", exact=True).first.click()
        page.get_by_role("main").get_by_role("link", name="Borken", exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Borken")
        shown = page.get_by_role("img", name="Der Markt in Borken")
        expect(shown).to_be_visible()
        assert shown.evaluate("(image) => image.naturalWidth") == 700
        assert page.url == f"{folder.as_uri()}/de/partnerstaedte/borken/index.html"
    assert [url for url in asked if not url.startswith(f"{folder.as_uri()}/")] == []
