import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quality.remarks import spelling_pattern


class Problem(models.TextChoices):
    """What is wrong with a link, as one sentence for the coordinator."""

    GONE = "gone", _("Sidan finns inte längre (404).")
    MISSING = "missing", _("Sidan finns inte på vår webbplats, eller är inte publicerad.")
    INTERNAL = "internal", _("Adressen leder till ett internt nät, som läsarna inte når.")
    INVALID = "invalid", _("Adressen är felskriven.")
    NO_HOST = "no_host", _("Webbplatsen finns inte. Kontrollera hur adressen är stavad.")
    SILENT = "silent", _("Servern svarar inte.")
    CERTIFICATE = "certificate", _("Certifikatet är ogiltigt, så läsarens webbläsare varnar för webbplatsen.")
    SERVER = "server", _("Servern svarar med ett felmeddelande.")
    LOOP = "loop", _("Adressen skickar läsaren vidare för många gånger.")
    CLOSED = "closed", _("Webbplatsen släpper inte in vår kontroll. Öppna länken och se om den fungerar.")


# Said at the first check. Others may be gone the next night.
CERTAIN = {Problem.GONE, Problem.MISSING, Problem.INTERNAL, Problem.INVALID}


class CheckedLinkQuerySet(models.QuerySet["CheckedLink"]):
    def broken(self) -> Self:
        """What is certainly wrong, or was at the last two checks. Whether a closed door is a fault nobody knows."""
        return self.filter(Q(problem__in=CERTAIN) | Q(failures__gte=2)).exclude(problem__in=["", Problem.CLOSED])

    def elsewhere_checked_at(self) -> Any:
        """When a link to another site was last checked; None if there is one and none was."""
        found = self.filter(url__startswith="http").exclude(url__startswith=settings.SITE_URL)
        counted = found.aggregate(number=Count("pk"), last=Max("checked_at"))
        return counted["last"] if counted["number"] else timezone.now()


class CheckedLink(models.Model):
    """An address that published content links to, and how the last check went. Written by `quality.checking`."""

    LONGEST = 1000  # bytes of an address, as PostgreSQL's index holds; longer ones are not checked

    url = models.CharField(_("länk"), max_length=LONGEST, unique=True)
    problem = models.CharField(_("vad som är fel"), max_length=12, blank=True, choices=Problem.choices)
    failed_since = models.DateTimeField(_("fel sedan"), null=True)
    failures = models.PositiveIntegerField(default=0, help_text="checks in a row that failed")
    checked_at = models.DateTimeField(_("kontrollerad"), null=True)
    used_by = models.JSONField(default=list, help_text="the keys of the contents on whose forms it stands")

    objects = CheckedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("länk")
        verbose_name_plural = _("länkar")
        ordering = ["failed_since", "url"]

    def __str__(self) -> str:
        return self.url

    @property
    def page(self) -> str:
        """The key of the page of this site that it leads to, wherever that is."""
        return self.url.removeprefix("page:") if self.url.startswith("page:") else ""

    def note(self, problem: str, now: datetime) -> None:
        """Take the result of a check. Not saved."""
        self.failed_since = (self.failed_since or now) if problem else None
        self.failures = self.failures + 1 if problem else 0
        self.problem, self.checked_at = problem, now


class Spelling(models.Model):
    """A word that the city spells in another way than is often seen. The coordinator edits the list."""

    wrong = models.CharField(
        _("felaktig stavning"),
        max_length=60,
        unique=True,
        help_text=_("Till exempel ”Ricany”. Stora och små bokstäver är lika."),
    )
    right = models.CharField(_("rätt stavning"), max_length=60, help_text=_("Till exempel ”Říčany”."))

    class Meta:
        verbose_name = _("stavning")
        verbose_name_plural = _("stavningar")
        ordering = ["right", "wrong"]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}"

    def clean(self) -> None:
        """One rule for each word, and none that finds fault with the right spelling."""
        if Spelling.objects.filter(wrong__iexact=self.wrong).exclude(pk=self.pk).exists():
            raise ValidationError({"wrong": _("Den stavningen finns redan i listan.")}, code="unique")
        if self.wrong and spelling_pattern({self.wrong: ""}).search(self.right):  # type: ignore[union-attr]
            message = _("Den rätta stavningen får inte innehålla den felaktiga.")
            raise ValidationError({"right": message}, code="same")


def load_spellings(folder: Path) -> int:
    """The shipped list: `"Ricany" = "Říčany"`. Returns how many rows there are."""
    path = folder / "spellings.toml"
    words = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    for wrong, right in words.items():
        row = Spelling(wrong=wrong, right=right)
        row.full_clean()
        row.save()
    return len(words)


class RemarkCount(models.Model):
    """How much there was to improve on a public page last night. Written by `quality.pages`."""

    model = models.CharField(max_length=50)
    object_id = models.BigIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="quality_remarkcount_page", fields=["model", "object_id"])]
        indexes = [models.Index(name="quality_remarkcount_most", fields=["-count"])]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"

    @property
    def key(self) -> str:
        return f"{self.model}:{self.object_id}"
