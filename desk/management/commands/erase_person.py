from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from desk.person import erase


class Command(BaseCommand):
    help = "Tells what would be erased about a person and what stays, and why. Erases it with --really."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "terms", nargs="+", metavar="TERM", help="a name, an e-mail address, the name of an account"
        )
        parser.add_argument("--really", action="store_true", help="erase it; nothing brings it back but a backup")

    def handle(self, *args: Any, terms: list[str], really: bool, **options: Any) -> None:
        with transaction.atomic():
            lines = erase(terms)
            # What would be done is what is done, undone: the two cannot differ.
            transaction.set_rollback(not really)
        self.stdout.write("\n".join(lines or ["Nothing is stored about this person."]))
        if not really:
            self.stdout.write("Nothing has been changed. Do it with --really.")
        else:
            self.stdout.write("Backups made before still hold it; run this again after restoring one.")
