from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Site search")

    def ready(self) -> None:
        from pages.loader import OTHERS
        from search.models import shipped_synonyms

        OTHERS.append(shipped_synonyms)
