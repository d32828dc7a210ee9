"""The style sheet that stands inside every page."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from django.test import Client

from publishing.stylesheet import FILES, FOLDER

pytestmark = pytest.mark.django_db


def test_it_stands_in_the_page_and_is_allowed_by_its_digest(client: Client, fronts: object) -> None:
    for path in ("/", "/finns-inte/"):
        response = client.get(path)
        (style,) = re.findall(r"<style>(.*?)</style>", response.content.decode(), re.DOTALL)
        digest = b64encode(sha256(style.encode()).digest()).decode()
        policy = response.headers["Content-Security-Policy"]
        assert f"'sha256-{digest}'" in policy
        assert "unsafe-inline" not in policy


def test_every_file_is_used() -> None:
    assert {path.stem for path in FOLDER.glob("*.css")} == set(FILES)
