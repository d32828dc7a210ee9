from typing import Any

from django.core.management.base import BaseCommand

from publishing.removal import shown_pictures
from publishing.variants import is_complete, make_variants


class Command(BaseCommand):
    help = "Gör de bildfiler som saknas för sidorna. Säger vilka bilder som inte går att läsa."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, width in sorted(shown_pictures()):
            if not is_complete(name, width):
                try:
                    make_variants(name, width)
                    self.stdout.write(f"{name}: gjord för sidorna")
                except OSError as error:
                    self.stderr.write(str(error))
