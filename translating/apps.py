from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslatingConfig(AppConfig):
    name = "translating"
    verbose_name = _("Translations")

    def ready(self) -> None:
        from dashboard.cards import PROVIDERS, misses
        from dashboard.handbook import CHAPTERS
        from dashboard.menu import MORE_GROUPS
        from translating.status import translations
        from translating.views import menu_entries

        PROVIDERS.insert(PROVIDERS.index(misses), translations)

        MORE_GROUPS.append((self.verbose_name, menu_entries))
        CHAPTERS["translating:desk"] = CHAPTERS["translating:text"] = "Översätt"
