from django.urls import path, register_converter
from django.urls.converters import IntConverter
from django.utils.translation import gettext_lazy as _

from pages import feeds, share_picture, views
from publishing.paging import paged


class Year(IntConverter):
    """Of one spelling, so that each page has one address."""

    regex = "[1-9][0-9]{3}"


register_converter(Year, "year")

urlpatterns = [
    path("", views.start, name="start"),
    paged(_("natverk/"), views.networks, name="networks"),
    paged(_("vanorter/"), views.twin_towns, name="twin_towns"),
    paged(_("fokusomraden/"), views.focus_areas, name="focus_areas"),
    paged(_("fokusomraden/<slug:slug>/"), views.focus_area, name="focus_area"),
    paged(_("vill-du-delta/"), views.take_part, name="take_part"),
    paged(_("aktuellt/"), views.news, name="news"),
    paged(_("aktuellt/<year:year>/"), views.news, name="news_of_year"),
    path(_("kontakt/"), views.contact, name="contact"),
    path(_("andringar/"), feeds.feed, name="feed"),
    path(_("om/<slug:slug>/"), views.page, name="page"),
    path(_("bild/<slug:model>-<int:pk>/<slug:digest>.png"), share_picture.share_picture, name="share_picture"),
]
