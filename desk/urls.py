from django.contrib import admin
from django.urls import path

from desk import views

app_name = "desk"
urlpatterns = [
    path("<str:key>/", admin.site.admin_view(views.still_right), name="still_right"),
]
