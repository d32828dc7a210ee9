"""Addresses of the files: without a language, and promised to users of the data."""

from django.urls import path

from opendata import files

urlpatterns = [
    path("catalog.jsonld", files.catalogue, name="data_catalogue"),
    path("<str:name>", files.data_file, name="data_file"),
]
