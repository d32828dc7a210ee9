from typing import Any

from django.core.management.base import BaseCommand

from search.index import update_all_indexes
from search.models import IndexState


class Command(BaseCommand):
    help = "Skriver om sökregistret, så att ingen läsare väntar på det efter en uppdatering."

    def handle(self, *args: Any, **options: Any) -> None:
        IndexState.objects.all().delete()
        update_all_indexes()
