from django.urls import path

from news import views

urlpatterns = [
    path("calendar.ics", views.calendar, name="calendar"),
    path("<slug:slug>/", views.article, name="article"),
    path("<slug:slug>/event.ics", views.event, name="event"),
]
