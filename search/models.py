from typing import Any

from django.conf import settings
from django.db import models


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
