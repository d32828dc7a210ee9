import re
import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from publishing.images import PictureFormField
from publishing.imaging import clean

KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}


def sideways() -> Image.Exif:
    """New each time, as saving an AVIF takes the turn out of it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kamera"
    return exif


def picture(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    return saved(Image.new(mode, size, "#0f5463"), kind, **options)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def cleaned(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(clean(content)[1]))
    image.load()
    return image


def png_16_bits(colour_type: int, *samples: int) -> bytes:
    """A PNG of 9 × 9 pixels of one colour, 16 bits each channel."""
    rows = (b"\0" + struct.pack(f">{len(samples)}H", *samples) * 9) * 9
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 16, colour_type, 0, 0, 0)), (b"IDAT", zlib.compress(rows))]
    parts = [
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in [*chunks, (b"IEND", b"")]
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_picture_keeps_its_format_without_metadata() -> None:
    for kind in KINDS:
        content = picture(kind, exif=sideways(), xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Kamera</x:xmpmeta>")
        assert b"Kamera" in content, kind
        found, stored = clean(content)
        assert found == kind
        assert b"Kamera" not in stored, kind
        with Image.open(BytesIO(stored)) as image:
            assert (image.format, image.size) == (kind, (40, 60)), "stored upright"
            assert not {"icc_profile", "xmp", "exif"} & set(image.info), kind


def test_colours_are_kept_in_every_mode() -> None:
    grey_profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    clear = Image.new("RGBA", (9, 9), (0, 0, 0, 0))
    red = (255, 0, 0, 255)
    cases = {
        "16-bit grey": (png_16_bits(0, 0x8000), (128, 128, 128, 255)),
        "16-bit black": (png_16_bits(0, 0), (0, 0, 0, 255)),
        "16-bit white": (png_16_bits(0, 0xFFFF), (255, 255, 255, 255)),
        "16-bit grey and alpha": (png_16_bits(4, 0x4000, 0), (64, 64, 64, 0)),
        "16-bit colour": (png_16_bits(2, 0xFFFF, 0, 0), red),
        "1 bit": (saved(Image.new("1", (9, 9), 1), "PNG"), (255, 255, 255, 255)),
        "palette": (saved(Image.new("RGB", (9, 9), "red").convert("P"), "PNG"), red),
        "clear palette": (saved(clear.convert("P"), "PNG", transparency=0), (0, 0, 0, 0)),
        "clear WebP": (saved(clear, "WEBP", lossless=True), (0, 0, 0, 0)),
        "grey JPEG": (saved(Image.new("L", (9, 9), 128), "JPEG"), (128, 128, 128, 255)),
        "CMYK": (saved(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG", quality=95), red),
        "unsuitable profile": (saved(Image.new("RGB", (9, 9), "red"), "PNG", icc_profile=grey_profile), red),
        "no profile": (saved(Image.new("RGB", (9, 9), "red"), "PNG", icc_profile=b"nonsense"), red),
    }
    for name, (content, expected) in cases.items():
        found: Any = cleaned(content).convert("RGBA").getpixel((4, 4))
        assert all(abs(one - other) <= 3 for one, other in zip(found, expected, strict=True)), (name, found)


def test_colour_profile_is_converted_to_srgb() -> None:
    """Of a picture whose profile swaps red and green, the colours are swapped."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    found: Any = cleaned(picture("PNG", icc_profile=bytes(profile))).getpixel((4, 4))
    assert found[0] > found[1], found


def test_large_picture_is_stored_at_most_3200_wide() -> None:
    cases = [
        ("JPEG", (3000, 2400), (3000, 2400)),
        ("JPEG", (8160, 6120), (3200, 2400)),
        ("JPEG", (2000, 4000), (1600, 3200)),
        ("PNG", (5001, 1), (3200, 1)),
        ("WEBP", (4000, 1000), (3200, 800)),
        ("AVIF", (4000, 400), (3200, 320)),
    ]
    for kind, size, stored in cases:
        assert cleaned(picture(kind, size)).size == stored, (kind, size)


def test_photo_of_a_phone_with_a_second_picture_is_taken() -> None:
    """Phones put a preview or a map of brightness behind it (MPO)."""
    more = [Image.new("RGB", (60, 40), "red")]
    content = saved(Image.new("RGB", (600, 400)), "MPO", save_all=True, append_images=more, exif=sideways())
    image = cleaned(content)
    assert (image.format, image.size, getattr(image, "n_frames", 1)) == ("JPEG", (400, 600), 1)


def test_damaged_picture_raises_nothing_but_exceptions() -> None:
    """Every byte that matters, in turn: the decoders raise very different errors, and none may crash."""
    for kind in KINDS:
        whole = picture(kind, exif=sideways())
        for place in range(4, min(len(whole), 400), 3):
            with suppress(Exception):
                clean(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])


def test_name_is_our_own_whatever_the_file_is_called(settings: Any) -> None:
    names = ["x.pjpeg", "x.jpeg ", "Bild 2026.11.28", "Torget v1.2.jpg", "x.PNG", "../../Cecilias <bild>", "x.html"]
    stored = {PictureFormField().clean(SimpleUploadedFile(name, picture("JPEG"))).name for name in names}
    (name,) = stored
    assert re.fullmatch(r"pictures/[0-9a-f]{20}\.jpg", name)
    assert [path.name for path in (settings.MEDIA_ROOT / "pictures").glob("*.jpg")] == [Path(name).name], "stored once"


def test_too_many_bytes_are_refused() -> None:
    upload = SimpleUploadedFile("x.png", b"x")
    upload.size = 30 * 1024 * 1024
    with pytest.raises(ValidationError, match="20 MB"):
        PictureFormField().clean(upload)
