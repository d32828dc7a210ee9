from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PagecacheConfig(AppConfig):
    name = "pagecache"

    def ready(self) -> None:
        from pagecache.triggers import install

        post_migrate.connect(install, sender=self)
