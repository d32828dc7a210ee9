from django.urls import path

from news import views

urlpatterns = [
    path("<slug:slug>/", views.article, name="article"),
]
