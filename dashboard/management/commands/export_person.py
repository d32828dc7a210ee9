import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dashboard.person import export


class Command(BaseCommand):
    help = (
        "Prints all that is stored about a person, as JSON. Look it through before it is handed out: it holds what"
        " others have written, and about others too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "terms", nargs="+", metavar="TERM", help="a name, an e-mail address, the name of an account"
        )

    def handle(self, *args: Any, terms: list[str], **options: Any) -> None:
        try:
            tables = export(terms)
        except ValueError as error:
            raise CommandError(str(error)) from None
        found = {"asked_for": terms, "at": timezone.now(), "tables": tables}
        self.stdout.write(json.dumps(found, default=str, ensure_ascii=False, indent=1))
