"""Settings of `make dev`: Django's debug pages and the debug toolbar, which only requirements-dev.txt installs."""

from csp.constants import SELF, UNSAFE_INLINE

from molndal_intl.settings import *  # noqa: F403
from molndal_intl.settings import INSTALLED_APPS, MIDDLEWARE, STAFF_POLICY

ROOT_URLCONF = "molndal_intl.dev_urls"
INTERNAL_IPS = ["127.0.0.1", "::1"]
INSTALLED_APPS = [*INSTALLED_APPS, "debug_toolbar"]
inner = MIDDLEWARE.index("molndal_intl.middleware.CompressText") + 1  # it reads and changes pages that are not packed
MIDDLEWARE = [*MIDDLEWARE[:inner], "debug_toolbar.middleware.DebugToolbarMiddleware", *MIDDLEWARE[inner:]]
STAFF_POLICY = STAFF_POLICY | {"style-src": [SELF, UNSAFE_INLINE]}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": STAFF_POLICY}
