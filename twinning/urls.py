from django.urls import path

from twinning import views

urlpatterns = [
    path("<slug:slug>/", views.town, name="town"),
]
