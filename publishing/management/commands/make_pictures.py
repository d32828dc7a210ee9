from typing import Any

from django.core.management.base import BaseCommand

from publishing.images import FOLDER
from publishing.removal import shown_pictures, stored_files
from publishing.variants import files_of, make_variants


class Command(BaseCommand):
    help = "Gör de bildfiler som saknas för sidorna. Säger vilka bilder som inte går att läsa."

    def handle(self, *args: Any, **options: Any) -> None:
        # One look at the whole folder, however many pictures there are: storage may be far away.
        stored = set(stored_files(FOLDER))
        for name, width in sorted(shown_pictures()):
            if not stored.issuperset(files_of(name, width)):
                try:
                    make_variants(name, width)
                    self.stdout.write(f"{name}: gjord för sidorna")
                except OSError as error:
                    self.stderr.write(str(error))
