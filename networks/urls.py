from django.urls import path

from networks import views

urlpatterns = [
    path("<slug:slug>/", views.network, name="network"),
]
