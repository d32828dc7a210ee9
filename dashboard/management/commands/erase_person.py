from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from dashboard.person import erase
from search.index import update_all_indexes


class Command(BaseCommand):
    help = "List what would be erased about a person and what stays, and why. Erase it with --really NUMBER."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "terms", nargs="+", metavar="TERM", help="a name, an e-mail address, the name of an account"
        )
        parser.add_argument(
            "--really",
            type=int,
            metavar="NUMBER",
            help="erase it; NUMBER is how many were listed. Nothing brings it back but a backup",
        )

    def handle(self, *args: Any, terms: list[str], really: int | None, **options: Any) -> None:
        with transaction.atomic():
            try:
                erased, stays = erase(terms)
            except ValueError as error:
                raise CommandError(str(error)) from None
            # What would be done is what is done, undone: the two cannot differ.
            transaction.set_rollback(really != len(erased))
        self.stdout.write("\n".join([*erased, *stays] or ["Nothing is stored about this person."]))
        if really is None:
            self.stdout.write(f"Nothing has been changed. To erase the {len(erased)}, use --really {len(erased)}.")
        elif really != len(erased):
            raise CommandError(f"Nothing has been changed: found {len(erased)} to erase, not {really}.")
        else:
            update_all_indexes()
            self.stdout.write(
                f"{really} erased. Backups made before still hold it; run this again after restoring one."
            )
