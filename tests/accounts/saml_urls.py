"""The addresses of a site that has SAML, for tests in a process that was started without.

To be imported before SAML is switched on, as the site's own list is made when it is first imported.
"""

from django.urls import include, path

from molndal_intl.urls import handler400, handler403, handler404, handler500
from molndal_intl.urls import urlpatterns as without

__all__ = ["handler400", "handler403", "handler404", "handler500"]
urlpatterns = [path("konto/saml/", include("accounts.saml")), *without]
