from django.contrib import admin
from django.urls import path

from dashboard import find, handbook, views

app_name = "dashboard"
urlpatterns = [
    path("still-right/<str:key>/", admin.site.admin_view(views.mark_reviewed), name="mark_reviewed"),
    path("find/", admin.site.admin_view(find.find), name="find"),
    path("help/", admin.site.admin_view(handbook.handbook), name="handbook"),
]
