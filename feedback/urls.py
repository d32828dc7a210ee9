from django.urls import path
from django.utils.translation import gettext_lazy as _

from feedback import views

urlpatterns = [
    path("", views.answer, name="feedback"),
    path(_("varfor/"), views.why, name="feedback_why"),
    path(_("tack/"), views.thanks, name="feedback_thanks"),
]
