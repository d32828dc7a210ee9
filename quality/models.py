import tomllib
from collections.abc import Iterator
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

    GONE = "gone", _("The page no longer exists (404).")
    MISSING = "missing", _("The page does not exist on our website, or is not published.")
    INTERNAL = "internal", _("The address leads to an internal network, which readers cannot reach.")
    INVALID = "invalid", _("The address is misspelt.")
    NO_HOST = "no_host", _("The website does not exist. Check how the address is spelt.")
    SILENT = "silent", _("The server does not answer.")
    CERTIFICATE = "certificate", _("The certificate is invalid, so the reader’s browser warns of the website.")
    SERVER = "server", _("The server answers with an error message.")
    LOOP = "loop", _("The address redirects the reader too many times.")
    CLOSED = "closed", _("The website does not let our check in. Open the link and see whether it works.")


# Said at the first check. Others may be gone the next night.
CERTAIN = {Problem.GONE, Problem.MISSING, Problem.INTERNAL, Problem.INVALID}


class CheckedLinkQuerySet(models.QuerySet["CheckedLink"]):
    def broken(self) -> Self:
        """What is certainly wrong, or was at the last two checks. A refusal (such as 403) may or may not be a fault."""
        return self.filter(Q(problem__in=CERTAIN) | Q(failures__gte=2)).exclude(problem__in=["", Problem.CLOSED])

    def elsewhere_checked_at(self) -> Any:
        """When a link to another site was last checked; None if there is one and none was."""
        found = self.filter(url__startswith="http").exclude(url__startswith=settings.SITE_URL)
        counted = found.aggregate(number=Count("pk"), last=Max("checked_at"))
        return counted["last"] if counted["number"] else timezone.now()


class CheckedLink(models.Model):
    """An address that published content links to, and how the last check went. Written by `quality.checking`."""

    LONGEST = 1000  # bytes of an address, as PostgreSQL's index holds; longer ones are not checked

    url = models.CharField(_("link"), max_length=LONGEST, unique=True)
    problem = models.CharField(_("what is wrong"), max_length=12, blank=True, choices=Problem.choices)
    failed_since = models.DateTimeField(_("broken since"), null=True)
    failures = models.PositiveIntegerField(default=0, help_text="checks in a row that failed")
    checked_at = models.DateTimeField(_("checked at"), null=True)
    used_by = models.JSONField(default=list, help_text="the keys of the contents on whose forms it stands")

    objects = CheckedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
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
        _("wrong spelling"),
        max_length=60,
        unique=True,
        help_text=_("For example “Ricany”. Upper and lower case are the same."),
    )
    right = models.CharField(_("right spelling"), max_length=60, help_text=_("For example “Říčany”."))

    class Meta:
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")
        ordering = ["right", "wrong"]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}"

    def clean(self) -> None:
        """One rule for each word, and none that finds fault with the right spelling."""
        if Spelling.objects.filter(wrong__iexact=self.wrong).exclude(pk=self.pk).exists():
            raise ValidationError({"wrong": _("That spelling is already in the list.")}, code="unique")
        if self.wrong and spelling_pattern({self.wrong: ""}).search(self.right):  # type: ignore[union-attr]
            message = _("The right spelling must not contain the wrong one.")
            raise ValidationError({"right": message}, code="same")


def shipped_spellings(folder: Path) -> Iterator[Spelling]:
    """The shipped list: `"Ricany" = "Říčany"`."""
    path = folder / "spellings.toml"
    words = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    yield from (Spelling(wrong=wrong, right=right) for wrong, right in words.items())


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
