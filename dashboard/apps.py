from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "dashboard"
    verbose_name = _("Samordnarens bord")

    def ready(self) -> None:
        from dashboard.roles import keep_roles

        post_migrate.connect(keep_roles, self)
