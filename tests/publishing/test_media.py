from pathlib import Path
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def media(settings: Any) -> Path:
    root = Path(settings.MEDIA_ROOT)
    (root / "pictures").mkdir(parents=True)
    (root / "pictures/a.png").write_bytes(b"png")
    (root / "pictures/a.html").write_bytes(b"<script>alert(1)</script>")
    return root


@pytest.mark.django_db
def test_a_picture_is_served_with_its_type_and_locked_in(client: Client, media: Path) -> None:
    for ending, kind in (("png", "png"), ("jpg", "jpeg"), ("webp", "webp"), ("avif", "avif")):
        (media / f"pictures/a.{ending}").write_bytes(b"picture")
        response = client.get(f"/media/pictures/a.{ending}")
        assert b"".join(response.streaming_content) == b"picture"  # type: ignore[attr-defined]
        assert response.headers["Content-Type"] == f"image/{kind}"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_pictures_may_come_from_another_host(client: Client, media: Path, settings: Any) -> None:
    """MEDIA_URL (test_settings.py): our own pages must be let to show them then."""
    assert client.get("/media/pictures/a.png").headers["Cross-Origin-Resource-Policy"] == "same-origin"
    settings.MEDIA_ORIGIN = "https://bilder.example.org"
    assert client.get("/media/pictures/a.png").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.django_db
def test_nothing_else_is_served(client: Client, media: Path) -> None:
    (media.parent / "secret.png").write_bytes(b"secret")
    (media / "share").mkdir()
    (media / "share/x.png").write_bytes(b"the heading of a page, which may be deleted")
    for name in (
        *("pictures/b.png", "pictures/a.html", "pictures", "%00.png", "share/x.png", f"{'x' * 300}.png"),
        *("../secret.png", "..%2fsecret.png", "pictures/../../secret.png", f"{'x/' * 3000}x.png"),
    ):
        assert client.get(f"/media/{name}").status_code in {400, 404}, name
