from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from search.index import write_index
from search.models import IndexState


class Command(BaseCommand):
    help = "Rewrites the search index, so that no reader waits for it after an upgrade."

    def handle(self, *args: Any, **options: Any) -> None:
        IndexState.objects.all().delete()
        for language, _name in settings.LANGUAGES:
            write_index(language)
