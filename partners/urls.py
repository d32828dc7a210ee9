from django.urls import path

from partners import views

urlpatterns = [path("<str:key>/", views.confirm, name="confirm")]
