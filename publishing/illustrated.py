"""Content with a picture."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from publishing.images import FOLDER, PictureField, restore
from publishing.variants import make_missing_variants

logger = logging.getLogger(__name__)


class Illustrated(models.Model):
    """A picture with a text alternative in every language, or marked as decoration (WCAG 1.1.1)."""

    image = PictureField(
        _("picture"),
        blank=True,
        upload_to=FOLDER,
        width_field="image_width",
        height_field="image_height",
        help_text=_("JPEG, PNG, WebP or AVIF, at most 20 MB."),
    )
    image_width = models.PositiveIntegerField(null=True, editable=False)
    image_height = models.PositiveIntegerField(null=True, editable=False)
    image_alt = models.CharField(
        _("picture description"),
        max_length=250,
        blank=True,
        help_text=_("Read aloud to those who do not see the picture. Describe briefly what it shows."),
    )
    image_decorative = models.BooleanField(
        _("the picture is only decoration"),
        default=False,
        help_text=_("Tick if the picture says nothing that the text does not. Then no description is needed."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_image_described",
                condition=Q(image="") | Q(image_decorative=True) | Q(image_alt_sv__isnull=False) & ~Q(image_alt_sv=""),
                violation_error_message=_("Describe the picture in Swedish, or tick that it is only decoration."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also make the variants of the picture. The text can be saved when the picture is missing on the disk."""
        super().save(*args, **kwargs)
        if self.image:
            transaction.on_commit(lambda: restore(str(self.image)))
            try:
                make_missing_variants(str(self.image), self.image_width)
            except OSError:
                logger.exception("A picture cannot be shown")

    def clean(self) -> None:
        super().clean()
        if self.image and not self.image_decorative and not self.image_alt_sv:  # type: ignore[attr-defined]
            message = _("Describe the picture in Swedish, or tick that it is only decoration.")
            raise ValidationError({"image_alt_sv": message}, code="image_alt")
