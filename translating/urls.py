from django.contrib import admin
from django.urls import path

from translating import views

app_name = "translating"
urlpatterns = [
    path("oversatt/", admin.site.admin_view(views.desk), name="desk"),
    path("oversatt/in/", admin.site.admin_view(views.receive), name="receive"),
    path("oversatt/ut/<str:language>.<str:kind>", admin.site.admin_view(views.export), name="export"),
    path("oversatt/<str:label>/<int:pk>/<str:language>/", admin.site.admin_view(views.text), name="text"),
]
