from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = _("Samordnarens bord")

    def ready(self) -> None:
        from backup.service import CHANGE_MARKS
        from dashboard.change_mark import change_mark
        from dashboard.roles import keep_roles

        post_migrate.connect(keep_roles, self)
        CHANGE_MARKS.append(change_mark)
