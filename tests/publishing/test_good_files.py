"""Good pictures, as large as they may be: taken, without much memory, and large enough for every page."""

import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageOps

from publishing.images import clean_image
from publishing.variants import WIDTHS
from tests.publishing.hostile import KINDS, claiming
from tests.publishing.hostile import picture as small
from tests.publishing.test_hostile_files import MEASURE, MEMORY
from tests.servers import ROOT

MODES = {"JPEG": ["L", "RGB", "CMYK"], "PNG": ["P", "LA", "RGB", "RGBA"], "WEBP": ["RGB", "RGBA"]}
MODES["AVIF"] = MODES["WEBP"]
# As many pixels as may be: of the most a phone makes, of a wide screen, square, too wide to be stored as it is.
SIZES = {
    "JPEG": [(8160, 6120), (4080, 3072), (5016, 2511)],
    "PNG": [(5120, 2880), (3872, 3872)],
    "WEBP": [(3000, 2000)],
    "AVIF": [(3000, 2000)],
}
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "JPEG": [{"subsampling": "4:4:4"}],
    "PNG": [{"compress_level": 1}],
    "WEBP": [{"quality": 90, "method": 0}, {"lossless": True, "method": 0, "quality": 0}],
    "AVIF": [{"quality": 90, "speed": 10, "subsampling": "4:4:4"}],
}
PROGRESSIVE = {"L": (7900, 5900), "RGB": (5160, 3870), "CMYK": (4480, 3380)}  # at half; in whole, the second of these:
PROGRESSIVE_WHOLE = {"L": (4080, 3072), "RGB": (4080, 3072), "CMYK": (3900, 2950)}


def scene(mode: str, size: tuple[int, int]) -> Image.Image:
    """Something that does not pack to nothing, and is made quickly."""
    grey = Image.radial_gradient("L").resize(size)
    if mode in {"L", "P"}:
        return grey.convert(mode)
    alpha = ImageOps.mirror(grey) if "A" in mode else None
    colours = [grey, ImageOps.flip(grey), ImageOps.invert(grey), grey]
    bands = len(Image.new(mode, (1, 1)).getbands())
    return Image.merge(mode, [*colours[: bands - bool(alpha)], *([alpha] if alpha else [])])


def large() -> Iterator[tuple[str, str, Image.Image, dict[str, Any]]]:
    """Each lies on its side and has a profile, so that it is also turned and its colours moved."""
    for kind, modes in MODES.items():
        for mode in modes:
            cases = [(size, options) for size in SIZES[kind] for options in OPTIONS[kind]]
            if kind == "JPEG":
                several = {"progressive": True, "subsampling": "4:4:4"}
                cases += [(PROGRESSIVE[mode], several), (PROGRESSIVE_WHOLE[mode], several)]
            for size, options in cases:
                yield kind, mode, scene(mode, size), options


def test_no_good_file_takes_much_memory(tmp_path: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    about = []
    for number, (kind, mode, image, options) in enumerate(large()):
        colours = {"icc_profile": profile} if mode in {"RGB", "RGBA"} else {}
        image.save(tmp_path / f"{number:02}-x.{KINDS[kind]}", kind, exif=exif, **options, **colours)
        about.append((kind, mode, image.size, options))
    command, sent = [sys.executable, "-c", MEASURE], "\n".join(map(str, sorted(tmp_path.iterdir())))
    done = subprocess.run(command, cwd=ROOT, input=sent, capture_output=True, text=True, check=True)
    measured = [(*line.split()[1:], each) for line, each in zip(done.stdout.splitlines(), about, strict=True)]
    assert [each for code, _memory, each in measured if code != "taken"] == []
    most = max(int(memory) for _code, memory, _each in measured)
    sys.stdout.write(f"\n{len(measured)} files, {most} MB\n")
    assert 50 < most < MEMORY, measured


@pytest.mark.parametrize(
    ("kind", "size", "stored"),
    [
        ("JPEG", (4032, 3024), (4032, 3024)),
        ("JPEG", (3024, 4032), (3024, 4032)),
        ("JPEG", (6000, 4000), (3000, 2000)),
        ("JPEG", (8000, 6000), (4000, 3000)),
        ("JPEG", (6000, 2000), (3999, 1333)),
        ("PNG", (3800, 3800), (3800, 3800)),
        ("PNG", (5200, 2600), (4000, 2000)),
        ("WEBP", (2000, 3000), (1633, 2449)),
        ("AVIF", (3000, 2000), (2291, 1527)),
        ("PNG", (5001, 1), (4000, 1)),
    ],
)
def test_a_large_picture_is_stored_as_large_as_pages_show_it(
    kind: str, size: tuple[int, int], stored: tuple[int, int]
) -> None:
    with Image.open(clean_image(SimpleUploadedFile("x", small(kind, size)))) as image:
        assert image.size == stored
        assert image.width >= WIDTHS[-1]


@pytest.mark.parametrize(
    ("kind", "side", "code"), [("JPEG", 7072, "pixels"), ("WEBP", 2450, "pixels"), ("AVIF", 2450, "pixels")]
)
def test_too_many_pixels_are_refused_by_format(kind: str, side: int, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        clean_image(SimpleUploadedFile("x", small(kind, (side, side))))
    assert refused.value.code == code


def several_scans(data: bytes) -> bytes:
    """Its header says that the first scan holds one colour alone. Some bytes stand before the marker, as they may."""
    place = data.index(b"\xff\xda\x00\x0c\x03")
    return data[:place] + b"\xff\xff\xff\xda\x00\x08\x01" + data[place + 5 : place + 7] + data[place + 11 :]


@pytest.mark.parametrize("make", [lambda: claiming("JPEG", 4800), lambda: small("JPEG", (4800, 4800))])
def test_a_jpeg_that_must_be_held_whole_is_refused_sooner(make: Any) -> None:
    """Progressive, or of several scans without being so: its coefficients are in memory until the last of them."""
    with pytest.raises(ValidationError) as refused:
        clean_image(SimpleUploadedFile("x", several_scans(make())))
    assert refused.value.code == "scans"
    assert "vanlig JPEG" in refused.value.messages[0]
    with pytest.raises(ValidationError) as refused:
        clean_image(SimpleUploadedFile("x", small("JPEG", (4800, 4800), progressive=True)))
    assert refused.value.code == "scans"


def test_a_photo_of_a_phone_with_a_second_picture_behind_it_is_a_photo() -> None:
    """Telephones put a preview or a map of brightness there (MPO). The photo is kept, alone, turned upright."""
    exif, out = Image.Exif(), BytesIO()
    exif[0x0112] = 6
    scene("RGB", (600, 400)).save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")], exif=exif
    )
    with Image.open(clean_image(SimpleUploadedFile("x.jpg", out.getvalue()))) as image:
        assert (image.format, image.size, getattr(image, "n_frames", 1)) == ("JPEG", (400, 600), 1)


def test_colours_of_print_are_moved_and_the_picture_stands_upright() -> None:
    exif, out = Image.Exif(), BytesIO()
    exif[0x0112] = 6
    Image.new("CMYK", (60, 40), (0, 255, 255, 0)).save(out, "JPEG", exif=exif, quality=95)
    with Image.open(clean_image(SimpleUploadedFile("x.jpg", out.getvalue()))) as image:
        assert (image.mode, image.size) == ("RGB", (40, 60))
        red, green, blue = image.getpixel((20, 20))  # type: ignore[misc]
        assert red > 200
        assert max(green, blue) < 60


def test_a_photo_that_reads_like_a_tag_by_chance_is_a_photo() -> None:
    """Of large photos every hundredth held these four letters somewhere."""
    assert clean_image(SimpleUploadedFile("x.jpg", small("JPEG", comment=b"\xa7<Svgt\xf0")))
    with pytest.raises(ValidationError):
        clean_image(SimpleUploadedFile("x.jpg", small("JPEG", comment=b"<SVG\nonload=x>")))
