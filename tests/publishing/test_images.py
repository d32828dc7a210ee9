import re
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from publishing.images import PictureFormField, clean_image


def picture(kind: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#0f5463").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_picture_is_kept_in_its_format(kind: str) -> None:
    cleaned = clean_image(SimpleUploadedFile("x", picture(kind)))
    with Image.open(cleaned) as image:
        assert (image.format, image.size) == (kind, (60, 40))


def test_metadata_goes_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "Kamera"
    cleaned = clean_image(SimpleUploadedFile("x.jpg", picture("JPEG", exif=exif)))
    with Image.open(cleaned) as image:
        assert image.size == (40, 60)
        assert not image.getexif()
    cleaned.seek(0)
    assert b"Kamera" not in cleaned.read()


def test_transparency_is_kept() -> None:
    out = BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).convert("P").save(out, "PNG", transparency=0)
    with Image.open(clean_image(SimpleUploadedFile("x.png", out.getvalue()))) as image:
        assert image.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        picture("JPEG")[:200],
        picture("PNG")[:60],
        picture("GIF"),
    ],
)
def test_what_is_no_picture_is_refused_in_plain_swedish(content: bytes) -> None:
    with pytest.raises(ValidationError, match="går inte att läsa som bild"):
        clean_image(SimpleUploadedFile("x.png", content))


def test_too_many_pixels_are_refused_before_decoding() -> None:
    out = BytesIO()
    Image.new("1", (13000, 13000)).save(out, "PNG")
    with pytest.raises(ValidationError, match="bildpunkter"):
        clean_image(SimpleUploadedFile("x.png", out.getvalue()))


def test_too_many_bytes_are_refused() -> None:
    upload = SimpleUploadedFile("x.png", b"x")
    upload.size = 30 * 1024 * 1024
    with pytest.raises(ValidationError, match="20 MB"):
        clean_image(upload)


def test_the_name_is_our_own() -> None:
    upload = SimpleUploadedFile("../../Cecilias <bild>.PNG", picture("PNG"))
    name = PictureFormField().clean(upload).name
    assert re.fullmatch(r"pictures/[0-9a-f]{20}\.png", name)


def test_the_same_picture_is_stored_once(settings: Any) -> None:
    for _ in range(2):
        PictureFormField().clean(SimpleUploadedFile("x.png", picture("PNG")))
    assert len(list((settings.MEDIA_ROOT / "pictures").iterdir())) == 1


def test_a_damaged_picture_of_any_kind_is_refused() -> None:
    """Every byte that matters, in turn: the decoders raise very different errors."""
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
        whole = picture(kind, exif=exif)
        for place in range(4, min(len(whole), 400)):
            damaged = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
            with suppress(ValidationError):  # anything else would be a 500
                clean_image(SimpleUploadedFile("x", damaged))


def test_colours_are_moved_to_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for icc in (profile, b"nonsense"):
        with Image.open(clean_image(SimpleUploadedFile("x.png", picture("PNG", icc_profile=icc)))) as image:
            assert "icc_profile" not in image.info
