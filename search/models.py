from django.conf import settings
from django.db import models


class SearchEntry(models.Model):
    """The words of one page in one language, as its readers see it. Derived from the content; never edited."""

    model = models.CharField(max_length=50)
    object_id = models.BigIntegerField()
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    texts = models.JSONField(help_text='the title and then every text, as ["sv" where it stands in for another, text]')
    title_words = models.TextField(help_text="folded words and stems of its names, those that are not shown too")
    words = models.TextField(help_text="folded words and stems of everything, each between two blanks")
    stale_at = models.DateTimeField(null=True, db_index=True, help_text="when a part is published or unpublished")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="search_searchentry_page", fields=["model", "object_id", "language"]),
        ]

    def __str__(self) -> str:
        return f"{self.model}:{self.object_id} {self.language}"
