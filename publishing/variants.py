"""The files a page shows a picture with: several widths, in AVIF, WebP and a format that every browser reads.

They are made when a picture is saved, never in a reader's request. Their names follow from the picture's own name and
width alone, so a page lists them without asking the disk or the database.
"""

from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from publishing.images import FORMATS, in_srgb

# What the layout asks for at one and two device pixels per CSS pixel: emblems 100–190 wide, cards, a banner of 770.
# Files of a width or format that is added here are made at the next start (`manage.py make_pictures`).
WIDTHS = (160, 320, 640, 960, 1600)
# At this AVIF speed all files of a 12-megapixel photo take two seconds; one step faster makes the largest a third
# heavier. 4:2:0 is what every AVIF decoder reads.
OPTIONS: dict[str, dict[str, Any]] = {
    "AVIF": {"quality": 60, "speed": 6, "subsampling": "4:2:0"},
    "WEBP": {"quality": 78},
    "JPEG": {"quality": 80, "optimize": True, "progressive": True},
    "PNG": {},
}


def formats(name: str) -> list[str]:
    """The formats of a picture's files, the last for browsers that do not read the others."""
    return ["AVIF", "WEBP", *(kind for kind in ("JPEG", "PNG") if name.endswith(f".{FORMATS[kind]}"))]


def variants(name: str, width: int, kind: str) -> dict[int, str]:
    """The names of a picture's files in one format, by width, up to its own; the picture itself is one of them."""
    stem, ending = PurePosixPath(name).with_suffix(""), FORMATS[kind]
    itself = width if name.endswith(f".{ending}") else None
    widths = [*(step for step in WIDTHS if step < width), min(width, WIDTHS[-1])]
    return {step: name if step == itself else f"{stem}-{step}.{ending}" for step in widths}


def files_of(name: str, width: int | None) -> dict[str, tuple[str, int]]:
    """The format and width of every file to make of a picture, by name: the largest first, the smallest AVIF last."""
    made = {
        file: (kind, step)
        for kind in reversed(formats(name))
        for step, file in variants(name, width or 0, kind).items()
        if file != name
    }
    return dict(sorted(made.items(), key=lambda file: -file[1][1]))


def make_variants(name: str, width: int | None) -> None:
    """Make all files of a stored picture anew. Raises OSError where it is gone or cannot be read.

    What a run that was cut short left half-written is replaced: as the files go from large to small, it lacks others,
    and the last is so small that it is written whole or not at all.
    """
    try:
        with default_storage.open(name) as stored, Image.open(stored, formats=list(FORMATS)) as image:
            ratio = image.height / image.width
            image.draft("RGB", size(WIDTHS[-1], ratio))  # a JPEG is decoded no larger than needed
            picture = in_srgb(image)
        picture.info = {}
        for file, (kind, step) in files_of(name, width).items():
            out = BytesIO()
            resized = picture.resize(size(step, ratio), Image.Resampling.LANCZOS, reducing_gap=3)
            resized.save(out, kind, **OPTIONS[kind])
            default_storage.delete(file)
            default_storage.save(file, ContentFile(out.getvalue()))
    except Exception as error:  # A damaged file makes the decoders raise nearly anything.
        raise OSError(f"{name}: {error}") from error


def size(width: int, ratio: float) -> tuple[int, int]:
    return width, max(1, round(width * ratio))


def make_missing_variants(name: str, width: int | None) -> None:
    """Make the files of a picture unless all of them are there. Raises OSError as make_variants does."""
    if not all(default_storage.exists(file) for file in files_of(name, width)):
        make_variants(name, width)
