from django.urls import path

from twinning import views

urlpatterns = [
    path("<int:pk>-<slug:name>/", views.exchange, name="exchange"),
]
