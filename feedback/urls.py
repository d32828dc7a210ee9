from django.urls import path
from django.utils.translation import gettext_lazy as _

from feedback import views

urlpatterns = [
    path("", views.answer, name="feedback"),
    path(_("why/"), views.why, name="feedback_why"),
    path(_("thanks/"), views.thanks, name="feedback_thanks"),
]
