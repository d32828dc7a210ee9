from typing import Any

from django.core.management.base import BaseCommand

from search.index import index_all


class Command(BaseCommand):
    help = "Indexes every page for the search anew. Saving does so by itself; needed after an upgrade or a bulk change."

    def handle(self, *args: Any, **options: Any) -> None:
        index_all()
