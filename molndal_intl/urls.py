"""Every address. The language is the first part of the path; Swedish has none. See locale/ for translated paths."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from publishing.views import media

urlpatterns = [
    path("admin/", admin.site.urls),
    path("media/<path:name>", media),
    *i18n_patterns(
        path("", include("pages.urls")),
        path(_("natverk/"), include("networks.urls")),
        path(_("vanorter/"), include("twinning.urls")),
        path(_("aterkoppling/"), include("feedback.urls")),
        prefix_default_language=False,
    ),
]

# Plain functions: Django's defaults are wrapped in a CSRF check, which answers 500 to a POST in utf-7 or utf-16.
handler400 = "pages.views.bad_request"
handler403 = "pages.views.forbidden"
handler404 = "pages.views.not_found"
handler500 = "pages.views.server_error"
