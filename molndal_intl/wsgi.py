"""The WSGI application that granian serves: Django, before it the front that answers finished pages, and monitoring."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "molndal_intl.settings")

django = get_wsgi_application()

# They need Django to be set up.
from molndal_intl.bodies import WholeBodies  # noqa: E402
from molndal_intl.health import Health  # noqa: E402
from pagecache.front import Front  # noqa: E402
from pages.registry import publish_and_look_ahead  # noqa: E402

# With DEBUG, templates are shown as they are now: the front does not know that a template has changed.
application = Health(WholeBodies(django) if settings.DEBUG else Front(WholeBodies(django), publish_and_look_ahead))
