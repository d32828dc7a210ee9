from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from accessibility import views

urlpatterns = [
    path("", views.statement, name="accessibility"),
    path(
        _("report/"),
        include(
            [
                path("", views.report, name="accessibility_report"),
                path(_("thanks/"), views.thanks, name="accessibility_thanks"),
            ]
        ),
    ),
]
