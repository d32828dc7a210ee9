from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backup.archive import described, opened


class Command(BaseCommand):
    help = "Reads a backup from beginning to end and compares it with its manifest. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="its path, or its s3:// address")
        parser.add_argument("--key-file", type=Path, help="what age-keygen wrote; - reads it from standard input")

    def handle(self, *, file: str, key_file: Path | None, **options: Any) -> None:
        with opened(file, key_file) as (_archive, manifest):
            self.stdout.write(f"{Path(file).name} från {manifest['made_at']} är hel: {described(manifest)}")
