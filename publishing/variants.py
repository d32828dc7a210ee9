"""The files a page shows a picture with: several widths, in AVIF, WebP and a format that every browser reads.

They are made when a picture is saved, never in a reader's request. Their names follow from the picture's own name and
width alone, so a page lists them after one look at the disk and none at the database.
"""

from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from publishing.imaging import FORMATS, in_own_process, resized

# What the layout asks for at one and two device pixels per CSS pixel: emblems 100–190 wide, cards, a banner of 770.
# Files of a width or format that is added here are made at the next start (`manage.py make_pictures`).
WIDTHS = (160, 320, 640, 960, 1600)


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
    """Make all files of a stored picture again. Raises OSError where it is gone or cannot be read.

    All are encoded before the first is stored, and the last is small: where that is there, all are (`is_complete`).
    """
    files = files_of(name, width)
    try:
        with default_storage.open(name) as stored:
            made = in_own_process(resized, stored.read(), files)
        for file in reversed(files):
            default_storage.delete(file)
        for file, content in made.items():
            default_storage.save(file, ContentFile(content))
    except Exception as error:  # A damaged file makes the decoders raise nearly anything.
        raise OSError(f"{name}: {error}") from error


def is_complete(name: str, width: int | None) -> bool:
    """Whether a picture's files are there, by a look at the one that is stored last."""
    return default_storage.exists([name, *files_of(name, width)][-1])


def make_missing_variants(name: str, width: int | None) -> None:
    """Make the files of a picture unless all of them are there. Raises OSError as make_variants does."""
    if not all(default_storage.exists(file) for file in files_of(name, width)):
        make_variants(name, width)
