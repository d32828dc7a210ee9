from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Answer(models.Model):
    """A reader's answer to "Hjälpte den här informationen dig?". Nothing in it says who answered."""

    class Helped(models.TextChoices):
        YES = "yes", _("ja")
        NO = "no", _("nej")

    page = models.CharField(_("sida"), max_length=100, db_index=True)
    page_title = models.CharField(_("sidans rubrik"), max_length=200)
    language = models.CharField(_("språk"), max_length=10, choices=settings.LANGUAGES)
    revision = models.DateTimeField(_("sidans version"))
    helped = models.CharField(_("hjälpte"), max_length=3, choices=Helped.choices)
    created_at = models.DateTimeField(_("svarade"), default=timezone.now)

    class Meta:
        verbose_name = _("svar")
        verbose_name_plural = _("svar")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.page_title}: {self.get_helped_display()}"
