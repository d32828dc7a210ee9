"""Pictures that editors upload: checked before they are decoded, and stored without anything but the picture."""

import hashlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 4000

MESSAGES = {
    "format": _("Filen går inte att läsa som bild. Välj en bild i formatet JPEG, PNG, WebP eller AVIF."),
    "bytes": _("Bilden är för stor. Den får vara högst 20 MB. Spara den i ett mindre format och försök igen."),
    "pixels": _("Bilden har för många bildpunkter. Den får ha högst 40 miljoner, till exempel 7 700 × 5 100."),
}


def clean_image(upload: UploadedFile) -> ContentFile:
    """Return the picture upright, in sRGB and re-encoded in its own format, without metadata.

    Its longer side is at most 4000 pixels. Raises ValidationError for what is no picture, too many bytes, or too many
    pixels (read from the header, as decoding 169 million pixels takes half a gigabyte).
    """
    if upload.size is None or upload.size > MAX_BYTES:
        raise ValidationError(MESSAGES["bytes"], code="bytes")
    try:
        with Image.open(upload, formats=list(FORMATS)) as image:
            kind = image.format or ""
            if image.width * image.height > MAX_PIXELS:
                raise ValidationError(MESSAGES["pixels"], code="pixels")
            picture = in_srgb(ImageOps.exif_transpose(image))
            picture.thumbnail((MAX_SIDE, MAX_SIDE))
            picture.info = {}
            out = BytesIO()
            picture.save(out, kind, quality=90, optimize=True)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(MESSAGES["pixels"], code="pixels") from error
    except ValidationError:
        raise
    except Exception as error:  # A damaged file makes the decoders raise nearly anything.
        raise ValidationError(MESSAGES["format"], code="format") from error
    return ContentFile(out.getvalue(), name=f"picture.{FORMATS[kind]}")


def in_srgb(image: Image.Image) -> Image.Image:
    """The picture in the colours that a screen expects, as its colour profile is about to be dropped."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        with suppress(ImageCms.PyCMSError, OSError):
            source, target = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            mode = "RGB" if image.mode == "CMYK" else image.mode
            image = ImageCms.profileToProfile(image, source, target, outputMode=mode) or image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


class PictureFormField(forms.ImageField):
    """A file field that takes pictures only, says in plain words what is wrong with others, and names them itself."""

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values:
            return None
        if not isinstance(data, UploadedFile):
            return data
        content = clean_image(data)
        digest = hashlib.sha256(content.read()).hexdigest()[:20]
        content.seek(0)
        content.name = f"{digest}{Path(content.name or '').suffix}"
        return content

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": "image/jpeg,image/png,image/webp,image/avif"}


class PictureField(models.ImageField):
    """A picture of at most 20 MB and 40 million pixels, as JPEG, PNG, WebP or AVIF."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("upload_to", "pictures")
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PictureFormField, **kwargs})
