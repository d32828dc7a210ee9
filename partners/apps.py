from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partner")

    def ready(self) -> None:
        """Show on a town's page who confirmed it, and have what partners wrote deleted under the retention decision."""
        from feedback.retention import TEXTS
        from partners.models import Confirmation, Suggestion, confirmed_by
        from publishing.views import ADDITIONS

        ADDITIONS.append(confirmed_by)
        TEXTS[Confirmation] = ("email", "name", "role")
        TEXTS[Suggestion] = ("proposed",)
