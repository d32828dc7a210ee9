from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backup import archive, places, service


class Command(BaseCommand):
    help = "Makes a backup of the running site, database and pictures, as one file in a folder or an S3 store."

    def add_arguments(self, parser: CommandParser) -> None:
        where = "a folder, or s3://BUCKET/FOLDER; BACKUP_DIR if not given"
        parser.add_argument("--to", default=settings.BACKUP_DIR, help=where)
        parser.add_argument("--key-file", type=Path, default=settings.BACKUP_KEY_FILE, help="what age-keygen wrote")
        parser.add_argument(
            "--if-changed",
            action="store_true",
            help="do nothing if nothing has been written since the last one; else verify it and remove old ones too",
        )

    def handle(self, *, to: str | None, key_file: Path | None, if_changed: bool, **options: Any) -> None:
        if not to:
            raise CommandError("Say where the backup is to be kept: --to FOLDER, or BACKUP_DIR.")
        where = places.place(str(to))
        if not if_changed:
            address, manifest = service.make(where, key_file)
            self.stdout.write(f"{address}: {archive.described(manifest)}")
        elif service.is_unchanged(where):
            self.stdout.write("Nothing has changed since the last backup.")
        else:
            self.stdout.write(service.replace(where, key_file))
