"""Pictures that editors upload: checked before they are decoded, and stored without anything but the picture."""

import hashlib
import re
import struct
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
FOLDER = "pictures"
MAX_BYTES = 20 * 1024 * 1024

# Whatever is uploaded takes less than 150 MB (tests/publishing/test_good_files.py). Pillow holds four bytes a pixel,
# its WebP decoder another twelve; the encoders of WebP and AVIF take up to thirty. A JPEG alone can be decoded at half
# its size, so it may be as large as phones make them. No page shows a picture wider than 1600 (variants.py).
MAX_PIXELS = {"JPEG": 50_000_000, "PNG": 15_000_000, "WEBP": 6_000_000, "AVIF": 6_000_000}
KEPT_PIXELS = {"JPEG": 12_600_000, "PNG": 15_000_000, "WEBP": 4_000_000, "AVIF": 3_500_000}
# Made smaller by little, a picture stands three times in memory: it is made smaller by a fifth, or not at all.
MAX_SIDE, SHORTER_SIDE = 5000, 4000
# A JPEG of several scans is held until the last, two bytes for each pixel of each colour, beside the picture itself.
JPEG_MEMORY = 140_000_000
START_OF_SCAN = 0xDA

# What a name may end with, by format. A name without an ending says nothing wrong.
ENDINGS = {"JPEG": {"jpg", "jpeg", "jpe", "jfif"}, "PNG": {"png"}, "WEBP": {"webp"}, "AVIF": {"avif", "avifs"}}
# What begins a page, a program or a document that is hidden in a picture; long enough to be none by chance.
HIDDEN = re.compile(rb"<script|<!doctype|<html|<iframe|<svg[\s>]|<\?php|<!entity|%!ps-adobe|%pdf-1", re.IGNORECASE)

MESSAGES = {
    "format": _("Filen går inte att läsa som bild. Välj en bild i formatet JPEG, PNG, WebP eller AVIF."),
    "hidden": _("Filen innehåller mer än en bild. Öppna den i ett bildprogram, spara en kopia och välj kopian."),
    "name": _("Filens namn slutar på .%(ending)s, men bilden är i formatet %(kind)s. Ge filen rätt ändelse."),
    "bytes": _("Bilden är för stor. Den får vara högst 20 MB. Spara den i ett mindre format och försök igen."),
    "pixels": _(
        "Bilden har för många bildpunkter. En JPEG får ha högst 50 miljoner, en PNG 15 miljoner, en WebP eller AVIF "
        "6 miljoner. Gör bilden mindre, eller spara den som JPEG."
    ),
    "scans": _(
        "Bilden har för många bildpunkter för en progressiv JPEG. Gör den mindre, eller spara den som en vanlig JPEG "
        "(kallas också ”baslinje”)."
    ),
}


def clean_image(upload: UploadedFile) -> ContentFile:
    """Return the picture upright, in sRGB and re-encoded in its own format, without metadata.

    Raises ValidationError for what is no picture, too many bytes, or too many pixels (read from the header, as decoding
    169 million pixels takes half a gigabyte).
    """
    if upload.size is None or upload.size > MAX_BYTES:
        raise ValidationError(MESSAGES["bytes"], code="bytes")
    try:
        kind, picture = decoded(upload)
        if picture.mode == "RGBA":
            picture = picture.convert("RGBa")  # as making it smaller does, which keeps the other too
        picture.thumbnail(kept_size(kind, picture))
        if picture.mode == "RGBa":
            picture = picture.convert("RGBA")
        ImageOps.exif_transpose(picture, in_place=True)
        picture = in_srgb(picture)
        picture.info = {}
        out = BytesIO()
        picture.save(out, kind, quality=90, optimize=kind == "JPEG")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(MESSAGES["pixels"], code="pixels") from error
    except ValidationError:
        raise
    except Exception as error:  # A damaged file makes the decoders raise nearly anything.
        raise ValidationError(MESSAGES["format"], code="format") from error
    return ContentFile(out.getvalue(), name=f"picture.{FORMATS[kind]}")


def decoded(upload: UploadedFile) -> tuple[str, Image.Image]:
    """The format of an upload and its picture, in a mode that can be made smaller, if it is nothing but a picture."""
    with Image.open(upload, formats=list(FORMATS)) as image:
        # Phones put a second picture behind the first: its brightness, or a preview. The first is a JPEG like any.
        kind = "JPEG" if image.format == "MPO" else image.format or ""
        pixels = image.width * image.height
        if pixels > MAX_PIXELS[kind]:
            raise ValidationError(MESSAGES["pixels"], code="pixels")
        refuse_disguise(upload, kind)
        if isinstance(image, JpegImageFile):
            held = 2 * pixels * image.layers
            many = held + 4 * pixels > JPEG_MEMORY and has_scans(image, upload)
            if many and held + pixels > JPEG_MEMORY:
                raise ValidationError(MESSAGES["scans"], code="scans")
            if many or pixels > KEPT_PIXELS[kind]:
                image.draft(None, (image.width // 2, image.height // 2))
        image.load()
        keeps_mode = image.mode in {"RGB", "RGBA", "CMYK"} and "transparency" not in image.info
        return kind, image if keeps_mode else image.convert("RGBA" if image.has_transparency_data else "RGB")


def kept_size(kind: str, picture: Image.Image) -> tuple[int, int]:
    """How large a picture is stored at most."""
    width, height = picture.size
    share = min(1, (KEPT_PIXELS[kind] / (width * height)) ** 0.5)
    if max(width, height) > MAX_SIDE:
        share = min(share, SHORTER_SIDE / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def has_scans(image: JpegImageFile, upload: UploadedFile) -> bool:
    """Whether a JPEG comes in several passes: a progressive one does, and one whose first pass lacks a colour."""
    place = upload.tell()
    upload.seek(2)
    marker, segment = 0, b""
    while marker != START_OF_SCAN:
        while (marker := upload.read(1)[0]) == 0xFF:  # any number of them may stand before a marker
            pass
        segment = upload.read(struct.unpack(">H", upload.read(2))[0] - 2)
    upload.seek(place)
    return "progressive" in image.info or segment[0] < image.layers


def refuse_disguise(upload: UploadedFile, kind: str) -> None:
    """Refuse a picture that is something else as well: a page, an archive, a document, or another kind than it says.

    It would be stored without all that anyway; but who sends one is either fooled or trying to fool us.
    """
    ending = Path(upload.name or "").suffix.lower().removeprefix(".")
    if ending and ending not in ENDINGS[kind]:
        raise ValidationError(MESSAGES["name"], code="name", params={"ending": ending, "kind": kind})
    place = upload.tell()
    upload.seek(0)
    hidden = HIDDEN.search(upload.read()) or zipfile.is_zipfile(upload)
    upload.seek(place)
    if hidden:
        raise ValidationError(MESSAGES["hidden"], code="hidden")


def in_srgb(image: Image.Image) -> Image.Image:
    """The picture in the colours that a screen expects, as its colour profile is about to be dropped.

    It is the same picture where it can be: a copy would take as much memory again.
    """
    image.load()
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        with suppress(ImageCms.PyCMSError, OSError):
            source, target = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            mode = "RGB" if image.mode == "CMYK" else image.mode
            in_place = mode == image.mode
            image = ImageCms.profileToProfile(image, source, target, outputMode=mode, inPlace=in_place) or image
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


class KeptPicture(File):
    """A picture that is checked and stored, though nothing may show it yet: the form around it may be refused."""

    def __init__(self, name: str) -> None:
        super().__init__(None, name)

    @property
    def url(self) -> str:
        return default_storage.url(str(self.name))


def keep(content: ContentFile) -> KeptPicture:
    """Store a cleaned picture under its digest, so that the same picture is stored once."""
    name = f"{FOLDER}/{hashlib.sha256(content.read()).hexdigest()[:20]}{Path(content.name or '').suffix}"
    content.seek(0)
    return KeptPicture(name if default_storage.exists(name) else default_storage.save(name, content))


class PictureFormField(forms.ImageField):
    """A file field that takes pictures only, says in plain words what is wrong with others, and names them itself.

    What it took is stored at once and noted on the upload (`kept`), so that a form shown again still has it.
    """

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values:
            return None
        if not isinstance(data, UploadedFile):
            return data
        data.kept = keep(clean_image(data))  # type: ignore[attr-defined]
        return data.kept  # type: ignore[attr-defined]

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the form shows: a picture that was just chosen and is good, else the one that is stored."""
        kept = getattr(data, "kept", data)
        return kept if isinstance(kept, KeptPicture) else initial

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": "image/jpeg,image/png,image/webp,image/avif"}


class PictureField(models.ImageField):
    """A picture of at most 20 MB, as JPEG, PNG, WebP or AVIF."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("upload_to", FOLDER)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PictureFormField, **kwargs})

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        # By name: as a file it would be stored a second time.
        super().save_form_data(instance, data.name if isinstance(data, KeptPicture) else data)

    def update_dimension_fields(self, *args: Any, **kwargs: Any) -> None:
        """Read width and height from the file. One that is gone from the disk keeps those it had."""
        with suppress(FileNotFoundError):
            super().update_dimension_fields(*args, **kwargs)
