import os
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.archive import ArchiveError, make, why_not


class Command(BaseCommand):
    help = "Makes a ZIP file of every public page, its pictures and the open data, to keep in an archive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write; nothing is overwritten")

    def handle(self, *, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} is there already. Name another file.")
        part = file.with_name(f"{file.name}.part")
        try:
            with make() as made, part.open("xb") as target:
                try:
                    shutil.copyfileobj(made, target)
                    os.replace(part, file)
                except OSError:
                    part.unlink()
                    raise
        except ArchiveError as error:
            raise CommandError(str(error)) from None
        except FileExistsError:
            raise CommandError(f"{part} is there: another run writes it, or was stopped. Then remove it.") from None
        except OSError as error:
            raise CommandError(why_not(error)) from None
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes")
