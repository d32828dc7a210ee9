from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessibilityConfig(AppConfig):
    name = "accessibility"
    verbose_name = _("Accessibility")

    def ready(self) -> None:
        """Have the texts of reports deleted under the same decision as those of answers."""
        from accessibility.models import Report
        from feedback.retention import TEXTS

        TEXTS[Report] = ("page", "problem", "reply_to", "note")
