"""Addresses without a language, fixed by standards."""

from django.urls import path

from pages import sitemaps, wellknown

urlpatterns = [
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path(".well-known/security.txt", wellknown.security, name="security"),
    path("manifest.webmanifest", wellknown.manifest, name="manifest"),
    path("favicon.ico", wellknown.favicon, name="favicon"),
]
