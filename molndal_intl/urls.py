"""Every address. The language is the first part of the path; Swedish has none. See locale/ for translated paths."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from accounts.urls import entrance
from editing.views import nothing_here, shared
from molndal_intl.speculation import ADDRESS, speculation_rules
from opendata.views import front_page
from pages import sitemaps, wellknown
from pages.linking import find_pages
from partners.views import confirm
from publishing.views import media, upload_picture
from search.views import search

urlpatterns = [
    path("konto/", include("accounts.urls")),
    path("admin/", include(entrance)),
    path("admin/editing/", include("editing.urls")),
    path("admin/", include("dashboard.urls")),
    path("admin/", include("reports.urls")),
    path("admin/", include("translating.urls")),
    path("admin/picture/", admin.site.admin_view(upload_picture), name="upload_picture"),
    path("admin/find-pages/", admin.site.admin_view(find_pages), name="find_pages"),
    # Django's shortcut to an object's page asks for no permission, and would tell the address of what is not public.
    path("admin/r/<path:unused>", admin.site.admin_view(nothing_here)),
    path("admin/", admin.site.urls),
    path("forhandsvisning/<str:key>/<str:language>/", shared, name="shared_preview"),
    path("media/<path:name>", media),
    path(ADDRESS.lstrip("/"), speculation_rules),
    path("data/", include("opendata.urls")),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path(".well-known/security.txt", wellknown.security, name="security"),
    path("manifest.webmanifest", wellknown.manifest, name="manifest"),
    path("favicon.ico", wellknown.favicon, name="favicon"),
    *i18n_patterns(
        path("", include("pages.urls")),
        path(_("search/"), search, name="search"),
        path("data/", front_page, name="open_data"),
        path(_("confirm/"), include([path("<str:key>/", confirm, name="confirm")])),
        path(_("accessibility-statement/"), include("accessibility.urls")),
        path(_("feedback/"), include("feedback.urls")),
        prefix_default_language=False,
    ),
]

# Plain functions: Django's defaults are wrapped in a CSRF check, which answers 500 to a POST in utf-7 or utf-16.
handler400 = "pages.views.bad_request"
handler403 = "pages.views.forbidden"
handler404 = "pages.views.not_found"
handler500 = "pages.views.server_error"
