from django.urls import path

from opendata import files

urlpatterns = [
    path("", files.front_page, name="open_data"),
]
