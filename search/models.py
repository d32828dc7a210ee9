import tomllib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.words import WORD, fold, stems


class SearchEntry(models.Model):
    """The words of one public page in one language, as its readers see it. Written by `search.index`, never edited."""

    model = models.CharField(max_length=50)
    object_id = models.BigIntegerField()
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    texts = models.JSONField(help_text='the title and then every text, as ["sv" where it stands in for another, text]')
    title_words = models.TextField(help_text="folded words and stems of its names, those that are not shown too")
    words = models.TextField(help_text="folded words and stems of everything, each between two blanks")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="search_searchentry_page", fields=["language", "model", "object_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.model}:{self.object_id} {self.language}"

    @property
    def content(self) -> tuple[Any, ...]:
        return self.texts, self.title_words, self.words


class IndexState(models.Model):
    """The content that the entries of a language were made of."""

    language = models.CharField(max_length=10, primary_key=True)
    version = models.BigIntegerField(default=-1, help_text="the content version (pagecache)")
    valid_until = models.DateTimeField(null=True, help_text="when something is next published or unpublished by itself")

    def __str__(self) -> str:
        return f"{self.language}: version {self.version}"


def listed(text: str) -> list[str]:
    """What stands between commas."""
    return list(dict.fromkeys(filter(None, (" ".join(part.split()) for part in text.split(",")))))


class Synonyms(models.Model):
    """Words that readers look for, and those that our pages have for the same. The coordinator edits them."""

    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    words = models.CharField(
        _("those who search for"),
        max_length=500,
        help_text=_("One or more words, separated by commas: “rubbish, trash”. Inflected forms are found anyway."),
    )
    found_as = models.CharField(
        _("also find"),
        max_length=200,
        help_text=_(
            "Words that are on our pages: “waste”. With several words it is enough that one of them is on the page."
        ),
    )

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms in the search")
        ordering = ["language", "found_as", "pk"]

    def __str__(self) -> str:
        return f"{self.words} → {self.found_as}"

    def save(self, **kwargs: Any) -> None:
        """Restart the count of the words in the list."""
        super().save(**kwargs)
        Miss.objects.filter(language=self.language, word__in=[word.lower() for word in listed(self.words)]).delete()

    @property
    def stems(self) -> frozenset[str]:
        return frozenset().union(*(stems(word, self.language) for word in listed(self.words)))

    def clean(self) -> None:
        """One word at a time, and each in one row of its language."""
        errors = {}
        others = Synonyms.objects.filter(language=self.language).exclude(pk=self.pk)
        taken = {fold(word): row for row in others for word in listed(row.words)}
        for name in ("words", "found_as"):
            words = listed(getattr(self, name))
            setattr(self, name, ", ".join(words))
            if wrong := [word for word in words or [","] if not WORD.fullmatch(word)]:
                message = _("Write one word at a time, separated by commas. “%(word)s” is not one word.")
                errors[name] = ValidationError(message, params={"word": wrong[0]})
        if double := [word for word in listed(self.words) if fold(word) in taken]:
            message = _("“%(word)s” is already in the row “%(row)s”. Change that row instead.")
            errors["words"] = ValidationError(message, params={"word": double[0], "row": taken[fold(double[0])]})
        if errors:
            raise ValidationError(errors)


def shipped_synonyms(folder: Path) -> Iterator[Synonyms]:
    """The shipped lists, a file for each language: `"sopor, skräp" = "avfall"`."""
    for path in sorted((folder / "synonyms").glob("*.toml")):
        for words, found_as in tomllib.loads(path.read_text("utf-8")).items():
            yield Synonyms(language=path.stem, words=words, found_as=found_as)


class MissQuerySet(models.QuerySet["Miss"]):
    def old(self) -> Self:
        """Those of more than 90 days ago."""
        return self.filter(day__lt=timezone.localdate() - timedelta(days=90))

    def repeated(self) -> Any:
        """Each word that was looked for on three of the last 90 days, and how often, the most wanted first."""
        recent = self.filter(day__gte=timezone.localdate() - timedelta(days=90)).values("language", "word")
        counted = recent.annotate(days=models.Count("day"), times=models.Sum("count")).filter(days__gte=3)
        return counted.order_by("-times", "word", "language")


class Miss(models.Model):
    """How often a word was looked for on a day and found on no page. The reader and the time are not stored."""

    MOST = 1000  # different words on a day
    LONGEST = 40

    word = models.CharField(max_length=LONGEST)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    day = models.DateField(default=timezone.localdate)
    count = models.PositiveIntegerField(default=0)

    objects = MissQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="search_miss_word", fields=["day", "language", "word"])]

    def __str__(self) -> str:
        return f"{self.word} {self.day}: {self.count}"

    @classmethod
    @transaction.atomic
    def note(cls, words: Iterable[str], language: str) -> None:
        """Count each of these words once more; no more than `MOST` different ones on a day."""
        today = Miss.objects.filter(day=timezone.localdate())
        kept = sorted({word for word in map(str.lower, words) if word.isalpha() and len(word) <= cls.LONGEST})
        if today.count() + len(kept) <= cls.MOST:
            Miss.objects.bulk_create([Miss(word=word, language=language) for word in kept], ignore_conflicts=True)
        today.filter(language=language, word__in=kept).update(count=models.F("count") + 1)
