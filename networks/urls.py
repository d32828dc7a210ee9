from django.urls import path

from networks import views
from publishing.paging import paged

urlpatterns = [
    paged("<slug:slug>/", views.network, name="network"),
    path("<slug:slug>/<int:pk>-<slug:name>/", views.project, name="project"),
]
