from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = _("The coordinator’s desk")

    def ready(self) -> None:
        from backup.media import HELD
        from backup.service import CHANGE_MARKS
        from dashboard.cards import PROVIDERS, to_review
        from dashboard.change_mark import change_mark
        from dashboard.notes import load_notes, open_notes
        from dashboard.roles import keep_roles
        from pages.loader import OTHERS
        from publishing.removal import held_pictures

        post_migrate.connect(keep_roles, self)
        PROVIDERS.insert(PROVIDERS.index(to_review), open_notes)
        OTHERS.append(load_notes)
        CHANGE_MARKS.append(change_mark)
        HELD.append(held_pictures)
