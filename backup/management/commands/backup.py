from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backup import archive, places, service
from backup.clock import check_clock
from backup.models import LastRun, note_run


class Command(BaseCommand):
    help = "Makes a backup of the running site, database and pictures, as one file in a folder or an S3 store."

    def add_arguments(self, parser: CommandParser) -> None:
        where = "a folder, or s3://BUCKET/FOLDER; BACKUP_DIR if not given"
        parser.add_argument("--to", default=settings.BACKUP_DIR, help=where)
        parser.add_argument(
            "--if-changed",
            action="store_true",
            help="do nothing if nothing has been written since the last one; else remove old ones too",
        )

    def handle(self, *, to: str | None, if_changed: bool, **options: Any) -> None:
        if not to:
            raise CommandError("Ange var säkerhetskopian ska ligga: --to MAPP, eller BACKUP_DIR.")
        where = places.place(str(to))
        if not if_changed:
            address, manifest = service.make(where, service.BY_HAND)
            self.stdout.write(f"{address}: {archive.described(manifest)}")
            service.refuse_missing(address)
            return
        problem = check_clock()
        if not service.is_unchanged(where):
            self.stdout.write(service.replace(where))
        elif problem:
            raise CommandError(problem)
        else:
            self.stdout.write("Inget har ändrats sedan den senaste säkerhetskopian.")
        note_run(LastRun.BACKUP)
