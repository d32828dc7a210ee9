from django.contrib import admin
from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("arkiv/", admin.site.admin_view(views.archive), name="archive"),
    path("aret/", admin.site.admin_view(views.year), name="year"),
    path("lamna-over/", admin.site.admin_view(views.handover), name="handover"),
]
