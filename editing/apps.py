from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditingConfig(AppConfig):
    name = "editing"
    verbose_name = _("Editing")

    def ready(self) -> None:
        from editing.models import change_notes, drafted_texts
        from publishing.removal import HOLDERS
        from publishing.views import ADDITIONS

        ADDITIONS.append(change_notes)
        HOLDERS.append(drafted_texts)
