from django.contrib import admin

from editing.locking import SeenAdmin
from search.models import Synonyms


@admin.register(Synonyms)
class SynonymsAdmin(SeenAdmin):
    """What readers call things, in each language."""

    list_display = ["words", "found_as", "language"]
    list_filter = ["language"]
    search_fields = ["words", "found_as"]
    fields = ["language", "words", "found_as"]
