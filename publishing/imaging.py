"""Decode, resize and encode images. Without Django: it runs in a short-lived process, with a limit to its memory."""

import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from io import BytesIO
from multiprocessing import get_context
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from PIL import Image, ImageCms, ImageOps

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
# As many as the cameras of phones have. A WebP of that size takes most memory, 900 MB.
MAX_PIXELS = 50_000_000
MEMORY = 1 << 30
# Twice the widest variant.
MAX_SIDE = 3200
# At this AVIF speed all variants of a 12-megapixel photo take two seconds; one step faster makes the largest a third
# heavier. 4:2:0 is what every AVIF decoder reads.
OPTIONS: dict[str, dict[str, Any]] = {
    "AVIF": {"quality": 60, "speed": 6, "subsampling": "4:2:0"},
    "WEBP": {"quality": 78},
    "JPEG": {"quality": 80, "optimize": True, "progressive": True},
    "PNG": {},
}

one_at_a_time = Lock()
P = ParamSpec("P")
T = TypeVar("T")


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def in_own_process(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the function in a new process, which returns all its memory when it ends."""
    with one_at_a_time, ProcessPoolExecutor(1, get_context("spawn"), limit_memory) as pool:
        return pool.submit(work, *args, **kwargs).result()


def clean(data: bytes) -> tuple[str, bytes]:
    """Return the format of an image, and the image upright, in sRGB and encoded again without metadata.

    Raises DecompressionBombError for too many pixels (read from the header), and nearly anything for a damaged file.
    """
    with Image.open(BytesIO(data), formats=list(FORMATS)) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        # Phones put a second picture behind the first (MPO): its brightness, or a preview.
        kind = "JPEG" if image.format == "MPO" else str(image.format)
        picture = eight_bits(image)
        picture.thumbnail((MAX_SIDE, MAX_SIDE))
        ImageOps.exif_transpose(picture, in_place=True)
        return kind, encoded(in_srgb(picture), kind, quality=90, optimize=kind == "JPEG")


def resized(data: bytes, files: dict[str, tuple[str, int]]) -> dict[str, bytes]:
    """Return an image in each of the formats and widths, by the name of the file."""
    with Image.open(BytesIO(data), formats=list(FORMATS)) as image:
        ratio = image.height / image.width
        width = max((width for _kind, width in files.values()), default=1)
        image.draft("RGB", size(width, ratio))  # a JPEG is decoded no larger than needed
        picture = in_srgb(eight_bits(image))
        return {
            name: encoded(picture.resize(size(width, ratio), Image.Resampling.LANCZOS, None, 3), kind, **OPTIONS[kind])
            for name, (kind, width) in files.items()
        }


def size(width: int, ratio: float) -> tuple[int, int]:
    return width, max(1, round(width * ratio))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.info = {}
    image.save(out, kind, **options)
    return out.getvalue()


def eight_bits(image: Image.Image) -> Image.Image:
    """Return the image in a mode that can be resized. Pillow cuts 16-bit grey off at 255 rather than scaling it."""
    if image.mode.startswith("I"):
        image.info.pop("transparency", None)  # a shade of 16 bits
        return image.point(lambda shade: shade * (1 / 256)).convert("L")
    if image.mode in {"L", "RGB", "RGBA", "CMYK"} and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def in_srgb(image: Image.Image) -> Image.Image:
    """Return the image in the colours that a screen expects, as its colour profile is about to be dropped."""
    image.load()
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if profile := image.info.get("icc_profile"):
        with suppress(ImageCms.PyCMSError, OSError):
            source, target = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, source, target, outputMode=mode) or image
    return image if image.mode == mode else image.convert(mode)
