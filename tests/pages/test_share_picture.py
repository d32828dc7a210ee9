"""Share pictures: one for each page and language, with any heading."""

from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from PIL import Image, ImageChops

from networks.models import Network
from pages.registry import all_published
from pages.share_picture import BACKGROUND, FONTS, draw, drawable, fit, font, share_picture_path
from tests.factories import HIDDEN, FocusAreaFactory, NetworkFactory, PageFactory, TownFactory

CODES = [code for code, _name in settings.LANGUAGES]


def area(picture: bytes) -> tuple[int, int, int, int]:
    """Where the words stand."""
    with Image.open(BytesIO(picture)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
        bright = image.convert("L").crop((0, 0, 1200, 540)).point(lambda value: 255 * (value > 160))
    box = bright.getbbox()
    assert box
    return box


def shows(picture: bytes, other: bytes) -> bool:
    with Image.open(BytesIO(picture)) as one, Image.open(BytesIO(other)) as two:
        return ImageChops.difference(one.convert("RGB"), two.convert("RGB")).getbbox() is not None


@pytest.mark.django_db
def test_every_page_has_one_in_every_language(client: Client, seeded: None) -> None:
    addresses = set()
    for code in CODES:
        with translation.override(code):
            items = [item for _kind, item in all_published()]
            addresses |= {share_picture_path(item) for item in items}
            # All that is shipped can be drawn as it is written.
            assert [drawable(item.heading) for item in items] == [item.heading for item in items]
    assert len(addresses) == len(items) * len(CODES)
    for path in sorted(addresses)[::40]:
        response = client.get(path)
        assert response.headers["Content-Type"] == "image/png"
        assert area(response.content)


@pytest.mark.django_db
def test_readers_keep_it(client: Client) -> None:
    path = share_picture_path(NetworkFactory())
    first = client.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=31536000"
    assert client.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 304


@pytest.mark.django_db
def test_share_picture_changes_with_the_heading(client: Client) -> None:
    network = NetworkFactory(name_sv="Före")
    old = share_picture_path(network)
    before = client.get(old).content
    network.name_sv = "Efter"
    network.save()
    new = share_picture_path(Network.objects.get())
    assert new != old
    response = client.get(old)
    assert (response.status_code, response.headers["Location"]) == (302, new)
    assert shows(client.get(new).content, before)


@pytest.mark.django_db
def test_what_is_not_there_or_not_public_has_none(client: Client) -> None:
    for hidden in HIDDEN:
        for factory in (PageFactory, NetworkFactory, TownFactory, FocusAreaFactory):
            assert client.get(share_picture_path(factory(**hidden))).status_code == 404
    for name in ("user-1/a.png", "network-x/a.png", f"network-{'9' * 30}/a.png", "network-1/../a.png"):
        assert client.get(f"/bild/{name}").status_code == 404


def test_any_heading_stays_inside_the_picture() -> None:
    long = "Städtepartnerschaften, Netzwerke und gemeinsame Projekte der Stadt Mölndal mit Städten in ganz Europa"
    for heading in (long, "x" * 120, "W" * 200, "Ord " * 90, "🎉 Fest 🎉", "مرحبا", "\u202egnorw\u0000\ud800", ""):
        left, top, right, bottom = area(draw(heading, "Mölndals stad internationellt"))
        assert left >= 76, heading
        assert right <= 1124, heading
        assert top >= 60, heading
        assert bottom <= 530, heading


def test_what_the_font_lacks_is_left_out() -> None:
    assert drawable("🎉  Fest\u202e مرحبا\n i Říc\u030cany") == "Fest i Říčany"
    alphabet = "ÅÄÖåäöÆØæøßÜüÀÈÙàèùçœŒĄĆĘŁŃÓŚŹŻąćęłńóśźżČĎĚŇŘŠŤŮŽčďěňřšťůžõÕ–’”„«»…"
    assert drawable(alphabet) == alphabet
    for name in ("InterDisplay-Bold.otf", "Inter-Medium.otf"):
        face = font(name, 40)
        missing = bytes(face.getmask("\U0001f389"))
        assert [letter for letter in alphabet if bytes(face.getmask(letter)) == missing] == []


def test_share_picture_heading_is_fitted_or_cut() -> None:
    one, large, _height = fit("Nätverk")
    many, small, height = fit("Ord " * 90)
    assert one == ["Nätverk"]
    assert large.size > small.size
    assert len(many) * height <= 300
    assert many[-1].endswith("…")
    assert fit("")[0] == []


def test_the_fonts_are_small_and_licensed() -> None:
    assert all(path.stat().st_size < 120_000 for path in FONTS.glob("*.otf"))
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()


def test_the_ground_has_the_sites_colours() -> None:
    image = Image.open(BACKGROUND).convert("RGB")
    for name, place in (("hero", (20, 20)), ("paper", (600, 625))):
        red, green, blue = image.getpixel(place)  # type: ignore[misc]
        assert settings.COLOURS[name][0] == f"#{red:02x}{green:02x}{blue:02x}"
