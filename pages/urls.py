from django.urls import path
from django.utils.translation import gettext_lazy as _

from pages import views

urlpatterns = [
    path("", views.start, name="start"),
    path(_("natverk/"), views.networks, name="networks"),
    path(_("vanorter/"), views.twin_towns, name="twin_towns"),
    path(_("fokusomraden/"), views.focus_areas, name="focus_areas"),
    path(_("fokusomraden/<slug:slug>/"), views.focus_area, name="focus_area"),
    path(_("kontakt/"), views.contact, name="contact"),
    path(_("om/<slug:slug>/"), views.page, name="page"),
]
