from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from dashboard.person import erase
from search.index import update_all_indexes


class Command(BaseCommand):
    help = "Listar vad som skulle raderas om en person, vad som blir kvar och varför. Raderar med --really ANTAL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "terms", nargs="+", metavar="UPPGIFT", help="ett namn, en e-postadress eller ett användarnamn"
        )
        parser.add_argument(
            "--really",
            type=int,
            metavar="ANTAL",
            help="radera; ANTAL är hur många som listades. Bara en säkerhetskopia ger det tillbaka",
        )

    def handle(self, *args: Any, terms: list[str], really: int | None, **options: Any) -> None:
        with transaction.atomic():
            erased, stays = erase(terms)
            # What would be done is what is done, undone: the two cannot differ.
            transaction.set_rollback(really != len(erased))
        self.stdout.write("\n".join([*erased, *stays] or ["Inget är lagrat om den här personen."]))
        if really is None:
            self.stdout.write(f"Inget är ändrat. Radera de {len(erased)} med --really {len(erased)}.")
        elif really != len(erased):
            raise CommandError(f"Inget är ändrat: {len(erased)} hittades att radera, inte {really}.")
        else:
            update_all_indexes()
            self.stdout.write(
                f"{really} raderade. Äldre säkerhetskopior har det kvar: kör det här igen när en har återställts."
            )
