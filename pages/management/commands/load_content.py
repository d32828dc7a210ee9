from typing import Any

from django.core.management.base import BaseCommand

from pages.loader import load_content


class Command(BaseCommand):
    help = "Läser in texterna i innehållsmappen i en tom databas. Gör inget där det redan finns innehåll."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_content()} inlästa")
