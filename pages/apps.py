from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from pages.linking import addresses
        from pages.redirects import follow_changes
        from publishing.rendering import ADDRESSES

        ADDRESSES.append(addresses)
        follow_changes()
