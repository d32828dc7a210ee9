from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backup.archive import described
from backup.restoring import restore


class Command(BaseCommand):
    help = "Restores a backup into an empty database and an empty folder for pictures. Overwrites nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="its path, or its s3:// address")
        parser.add_argument("--key-file", type=Path, help="what age-keygen wrote; - reads it from standard input")

    def handle(self, *, file: str, key_file: Path | None, **options: Any) -> None:
        manifest = restore(file, key_file)
        self.stdout.write(f"Återställt: {described(manifest)}, som det var {manifest['made_at']}")
