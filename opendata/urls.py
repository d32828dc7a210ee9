"""Addresses of the files: without a language, and promised to users of the data."""

from django.urls import path

from opendata import views

urlpatterns = [
    path("catalog.jsonld", views.catalogue, name="data_catalogue"),
    path("catalog.rdf", views.catalogue_rdf, name="data_catalogue_rdf"),
    path("<str:name>", views.data_file, name="data_file"),
]
