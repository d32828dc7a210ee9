"""Form and model fields for uploaded pictures, which are re-encoded and named by their digest."""

import hashlib
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.images import get_image_dimensions
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image

from publishing.imaging import FORMATS, clean, in_own_process
from publishing.variants import make_missing_variants

FOLDER, REMOVED = "pictures", "removed"
MAX_BYTES = 20 * 1024 * 1024
HEIC = {".heic", ".heif"}

MESSAGES = {
    "format": _("The file cannot be read as a picture. Choose a picture in JPEG, PNG, WebP or AVIF format."),
    "heic": _(
        "The picture is in Apple's format HEIC. Open it on the phone or the computer, export it as "
        "JPEG and choose that file."
    ),
    "bytes": _("The picture is too large. It may be at most 20 MB. Save it in a smaller format and try again."),
    "pixels": _("The picture has too many pixels. It may have at most 50 million. Make it smaller and try again."),
}


def clean_image(upload: UploadedFile) -> ContentFile:
    """Return the picture upright, in sRGB and encoded again, without metadata or anything else the file holds.

    The file's name says nothing: the stored one follows from the content. Raises ValidationError.
    """
    if upload.size is None or upload.size > MAX_BYTES:
        raise ValidationError(MESSAGES["bytes"], code="bytes")
    upload.seek(0)
    try:
        kind, content = in_own_process(clean, upload.read())
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise ValidationError(MESSAGES["pixels"], code="pixels") from error
    except Exception as error:  # A damaged file makes the decoders raise nearly anything.
        code = "heic" if Path(upload.name or "").suffix.lower() in HEIC else "format"
        raise ValidationError(MESSAGES[code], code=code) from error
    return ContentFile(content, name=f"picture.{FORMATS[kind]}")


class KeptPicture(File):
    """A stored picture that a form has accepted; the form itself may still be invalid."""

    def __init__(self, name: str) -> None:
        super().__init__(None, name)

    @property
    def url(self) -> str:
        return default_storage.url(str(self.name))


def mark_of(name: str) -> str:
    """The file that says that a picture, or the picture of this variant, is removed (publishing/removal.py)."""
    return f"{REMOVED}/{PurePosixPath(name).stem.partition('-')[0]}"


def restore(name: str) -> None:
    """Serve a picture again that was removed."""
    default_storage.delete(mark_of(name))


def keep(content: ContentFile) -> KeptPicture:
    """Store a cleaned picture under its digest, so that the same picture is stored once."""
    name = f"{FOLDER}/{hashlib.sha256(content.read()).hexdigest()[:20]}{Path(content.name or '').suffix}"
    content.seek(0)
    restore(name)
    return KeptPicture(name if default_storage.exists(name) else default_storage.save(name, content))


class PictureFormField(forms.ImageField):
    """A file field that takes pictures only, says in plain words what is wrong with others, and names them itself.

    What it took is stored at once with its variants and noted on the upload (`kept`): a form shown again still has it,
    and nothing is encoded twice.
    """

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values:
            return None
        if not isinstance(data, UploadedFile):
            return data
        if refused := getattr(data, "refused", None):
            raise refused
        if not hasattr(data, "kept"):
            try:
                content = clean_image(data)
            except ValidationError as error:
                data.refused = error  # type: ignore[attr-defined]
                raise
            kept = keep(content)
            with suppress(OSError):  # tried again, and told, when content with the picture is saved
                make_missing_variants(str(kept.name), get_image_dimensions(content)[0])
            data.kept = kept  # type: ignore[attr-defined]
        return data.kept  # type: ignore[attr-defined]

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the form shows: a picture that was just chosen and is good, else the one that is stored."""
        kept = getattr(data, "kept", data)
        return kept if isinstance(kept, KeptPicture) else initial

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Also what editing.js needs to refuse a file before it is sent."""
        told = {f"data-{code}": MESSAGES[code] for code in ("heic", "format", "bytes")}
        return {"accept": "image/jpeg,image/png,image/webp,image/avif", "data-most": MAX_BYTES, **told}


class PictureField(models.ImageField):
    """A picture of at most 20 MB, as JPEG, PNG, WebP or AVIF."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PictureFormField, **kwargs})

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        # By name: as a file it would be stored a second time.
        super().save_form_data(instance, data.name if isinstance(data, KeptPicture) else data)

    def update_dimension_fields(self, *args: Any, **kwargs: Any) -> None:
        """Read width and height from the file. One that is gone from the disk keeps those it had."""
        with suppress(FileNotFoundError):
            super().update_dimension_fields(*args, **kwargs)
