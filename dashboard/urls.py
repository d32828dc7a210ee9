from django.contrib import admin
from django.urls import path

from dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("<str:key>/", admin.site.admin_view(views.mark_reviewed), name="mark_reviewed"),
]
