from django.urls import path

from accessibility import views

urlpatterns = [
    path("", views.statement, name="accessibility"),
]
