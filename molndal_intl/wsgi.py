"""The WSGI application that granian serves: Django, and before it the front that answers finished pages."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "molndal_intl.settings")

django = get_wsgi_application()

from pagecache.front import Front  # noqa: E402 (its model needs Django to be set up)

# Whoever works on templates wants to see them, and a finished page does not know that they have changed.
application = django if settings.DEBUG else Front(django)
