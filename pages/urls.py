from typing import Any

from django.urls import URLResolver, include, path, register_converter
from django.urls.converters import IntConverter
from django.utils.translation import gettext_lazy as _

from contacts.views import vcard
from networks.views import network, project
from news.views import article, calendar, event
from pages import feeds, share_picture, views
from publishing.paging import paged
from twinning.views import exchange, town


class Year(IntConverter):
    """Of one spelling, so that each page has one address."""

    regex = "[1-9][0-9]{3}"


register_converter(Year, "year")


def below(front: Any, pattern: Any) -> URLResolver:
    """An address below the translated one of a section."""
    return path(front, include([pattern]))


urlpatterns = [
    path("", views.start, name="start"),
    paged(_("networks/"), views.networks, name="networks"),
    below(_("networks/"), paged("<slug:slug>/", network, name="network")),
    below(_("networks/"), path("<slug:slug>/<int:pk>-<slug:name>/", project, name="project")),
    paged(_("twin-towns/"), views.twin_towns, name="twin_towns"),
    below(_("twin-towns/"), paged("<slug:slug>/", town, name="town")),
    paged(_("focus-areas/"), views.focus_areas, name="focus_areas"),
    paged(_("focus-areas/<slug:slug>/"), views.focus_area, name="focus_area"),
    paged(_("take-part/"), views.take_part, name="take_part"),
    below(_("take-part/"), path("<int:pk>-<slug:name>/", exchange, name="exchange")),
    paged(_("news/"), views.news, name="news"),
    paged(_("news/<year:year>/"), views.news, name="news_of_year"),
    below(_("news/"), path("calendar.ics", calendar, name="calendar")),
    below(_("news/"), path("<slug:slug>/", article, name="article")),
    below(_("news/"), path("<slug:slug>/event.ics", event, name="event")),
    path(_("contact/"), views.contact, name="contact"),
    below(_("contact/"), path("<int:pk>.vcf", vcard, name="vcard")),
    path(_("changes/"), feeds.feed, name="feed"),
    path(_("about/<slug:slug>/"), views.page, name="page"),
    path(_("picture/<slug:model>-<int:pk>/<slug:digest>.png"), share_picture.share_picture, name="share_picture"),
]
