import os
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from reports.archive import make, why_not


class Command(BaseCommand):
    help = "Gör en zipfil av alla publika sidor, deras bilder och öppna data, att arkivera."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="filen som skrivs; inget skrivs över")

    def handle(self, *, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} finns redan. Ange en annan fil.")
        part = file.with_name(f"{file.name}.part")
        try:
            with make() as made, part.open("xb") as target:
                try:
                    shutil.copyfileobj(made, target)
                    os.replace(part, file)
                except OSError:
                    part.unlink()
                    raise
        except FileExistsError:
            raise CommandError(f"{part} finns redan. Ta bort den, om ingen annan körning skriver den.") from None
        except OSError as error:
            raise CommandError(why_not(error)) from None
        self.stdout.write(f"{file}: {filesizeformat(file.stat().st_size)}")
