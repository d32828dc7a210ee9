from django.urls import path

from opendata import views

urlpatterns = [path("", views.front_page, name="open_data")]
