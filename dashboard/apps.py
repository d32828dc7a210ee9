from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = _("The coordinator’s desk")

    def ready(self) -> None:
        from dashboard.notes import shipped_notes
        from dashboard.roles import keep_roles
        from pages.loader import OTHERS

        post_migrate.connect(keep_roles, self)
        OTHERS.append(shipped_notes)
