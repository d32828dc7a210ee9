"""Files at fixed addresses: security.txt, the web manifest, icons."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def security(client: Client, **headers: str) -> dict[str, str]:
    text = client.get("/.well-known/security.txt", headers=headers).content.decode()
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_security_txt_names_the_city_and_not_the_coordinator(client: Client) -> None:
    ContactFactory(is_main=True, email="anna@example.se")
    fields = security(client)
    assert fields["Contact"] == "https://www.molndal.se/"
    assert fields["Preferred-Languages"] == "sv, en"
    assert fields["Canonical"] == "http://127.0.0.1:8000/.well-known/security.txt"


def test_security_txt_prefers_the_contact_from_the_environment(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT = "mailto:csirt@example.se"
    assert security(client)["Contact"] == "mailto:csirt@example.se"


def test_security_txt_expires_in_half_a_year(client: Client) -> None:
    expires = datetime.fromisoformat(security(client)["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)
    assert (expires.hour, expires.minute, expires.second, expires.microsecond) == (0, 0, 0, 0)


def test_the_manifest_names_icons_of_the_sizes_it_says(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    data = json.loads(response.content)
    assert (data["name"], data["lang"], data["start_url"]) == ("Mölndals stad internationellt", "sv", "/")
    assert [icon["purpose"] for icon in data["icons"]] == ["any", "any", "maskable"]
    assert data["theme_color"] == settings.COLOURS["hero"][0]
    assert data["background_color"] == settings.COLOURS["paper"][0]
    for path in ("/finns-inte/", "/admin/login/"):
        assert f'<meta name="theme-color" content="{data["theme_color"]}">' in client.get(path).content.decode()
    for icon in data["icons"]:
        with Image.open(settings.BASE_DIR / icon["src"].lstrip("/")) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
    with Image.open(settings.BASE_DIR / "static/site/apple-touch-icon.png") as image:
        assert (image.size, image.mode) == ((180, 180), "RGB")  # no transparency, which a phone makes black


def test_the_favicon_has_several_sizes_and_is_kept_long(client: Client) -> None:
    response = client.get("/favicon.ico")
    with Image.open(BytesIO(response.content)) as image:
        assert image.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    assert response.headers["Cache-Control"] == "public, max-age=2592000"
    assert client.get("/favicon.ico", headers={"if-none-match": response.headers["ETag"]}).status_code == 304
