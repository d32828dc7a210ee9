from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "quality"
    verbose_name = _("Quality")

    def ready(self) -> None:
        from pages.loader import OTHERS
        from quality.links import follow_changes
        from quality.models import shipped_spellings

        OTHERS.append(shipped_spellings)
        follow_changes()
