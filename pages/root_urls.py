"""Addresses without a language: fixed by standards, or promised to whoever uses our open data."""

from django.urls import path

from pages import open_data, sitemaps, wellknown

urlpatterns = [
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path(".well-known/security.txt", wellknown.security, name="security"),
    path("manifest.webmanifest", wellknown.manifest, name="manifest"),
    path("favicon.ico", wellknown.favicon, name="favicon"),
    path("data/catalog.jsonld", open_data.catalogue, name="data_catalogue"),
    path("data/<str:name>", open_data.data_file, name="data_file"),
]
