import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backup.archive import workplace
from backup.database import manage, scratch
from backup.models import LastRun, note_run
from backup.places import place
from backup.service import newest


class Command(BaseCommand):
    help = "Restores the last backup into a scratch place, compares it with what was backed up, and notes the day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", help="its path, or its s3:// address; the last one in BACKUP_DIR if not given"
        )
        parser.add_argument("--key-file", type=Path, help="what age-keygen wrote; - reads it from standard input")

    def handle(self, *, file: str | None, key_file: Path | None, **options: Any) -> None:
        if not file and not settings.BACKUP_DIR:
            raise CommandError("Ange en säkerhetskopia, eller var de ligger: BACKUP_DIR.")
        address, began = file or newest(place(settings.BACKUP_DIR)), time.monotonic()
        key = ["--key-file", str(key_file)] if key_file else []
        with workplace(".drill") as folder, scratch(folder) as database_url:
            said = manage({"DATA_DIR": str(folder), "DATABASE_URL": database_url}, "restore", address, *key)
        note_run(LastRun.DRILL)
        seconds = time.monotonic() - began
        self.stdout.write(
            f"{said}. Övningen tog {seconds:.0f} s; alla rader och bilder är jämförda: {Path(address).name}"
        )
