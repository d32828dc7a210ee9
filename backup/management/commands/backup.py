from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backup.s3 import place
from backup.service import described, make


class Command(BaseCommand):
    help = "Makes a backup of the running site, database and pictures, as one file in a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        where = "a folder, or s3://BUCKET/FOLDER; BACKUP_DIR if not given"
        parser.add_argument("--to", default=settings.BACKUP_DIR, help=where)
        parser.add_argument("--key-file", type=Path, default=settings.BACKUP_KEY_FILE, help="what age-keygen wrote")

    def handle(self, *args: Any, to: Path | str | None, key_file: Path | None, **options: Any) -> None:
        if not to:
            raise CommandError("Say where the backup is to be kept: --to FOLDER, or BACKUP_DIR.")
        path, manifest = make(place(to), key_file)
        self.stdout.write(f"{path}: {described(manifest)}")
