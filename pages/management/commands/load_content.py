from typing import Any

from django.core.management.base import BaseCommand

from pages.loader import load_content


class Command(BaseCommand):
    help = "Loads the texts in content/ into an empty database. Does nothing where there is any content already."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_content()} created")
