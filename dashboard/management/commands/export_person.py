import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from dashboard.person import export


class Command(BaseCommand):
    help = (
        "Skriver ut allt som är lagrat om en person, som JSON. Gå igenom det innan du lämnar ut det: där finns vad"
        " andra har skrivit, också om andra."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "terms", nargs="+", metavar="UPPGIFT", help="ett namn, en e-postadress eller ett användarnamn"
        )

    def handle(self, *args: Any, terms: list[str], **options: Any) -> None:
        found = {"asked_for": terms, "at": timezone.now(), "tables": export(terms)}
        self.stdout.write(json.dumps(found, default=str, ensure_ascii=False, indent=1))
