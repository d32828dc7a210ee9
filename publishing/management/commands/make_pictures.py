from contextlib import suppress
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand

from publishing.images import FOLDER
from publishing.models import Illustrated
from publishing.variants import files_of, make_variants


class Command(BaseCommand):
    help = "Makes the files that pages show pictures with, where any are missing. Reports pictures it cannot read."

    def handle(self, *args: Any, **options: Any) -> None:
        pictures = {
            row
            for model in apps.get_models()
            if issubclass(model, Illustrated)
            for row in model._base_manager.exclude(image="").values_list("image", "image_width")
        }
        # One look at the whole folder, however many pictures there are: storage may be far away.
        stored: set[str] = set()
        with suppress(FileNotFoundError):
            stored = {f"{FOLDER}/{file}" for file in default_storage.listdir(FOLDER)[1]}
        for name, width in sorted(pictures):
            if not stored.issuperset(files_of(name, width)):
                try:
                    make_variants(name, width)
                    self.stdout.write(f"{name}: made for pages")
                except OSError as error:
                    self.stderr.write(str(error))
