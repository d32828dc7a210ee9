from typing import Any

from django.core.management.base import BaseCommand

from pages.loader import load_content


class Command(BaseCommand):
    help = "Loads the texts in content/ into the database. Never overwrites what an editor has changed or deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load_content()
        self.stdout.write(
            f"{len(report.created)} created, {len(report.updated)} updated, "
            f"{len(report.kept)} left as an editor made them"
        )
        for kept in report.kept if options["verbosity"] > 1 else ():
            self.stdout.write(f"  {kept}")
