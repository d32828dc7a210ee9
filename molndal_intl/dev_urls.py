"""The addresses of `make dev`."""

from debug_toolbar.toolbar import debug_toolbar_urls

from molndal_intl.urls import *  # noqa: F403
from molndal_intl.urls import urlpatterns

urlpatterns = [*debug_toolbar_urls(), *urlpatterns]
