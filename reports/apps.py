from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports and archive")

    def ready(self) -> None:
        from dashboard.handbook import CHAPTERS
        from dashboard.menu import MORE_GROUPS
        from reports.views import menu_entries

        MORE_GROUPS.append((self.verbose_name, menu_entries))
        CHAPTERS["reports:handover"] = "Lämna över"
        CHAPTERS["reports:year"] = CHAPTERS["reports:archive"] = "Vid årets slut"
