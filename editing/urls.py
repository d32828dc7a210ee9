from django.contrib import admin
from django.urls import path

from editing import views

app_name = "editing"
inside = admin.site.admin_view
urlpatterns = [
    path("heartbeat/", inside(views.heartbeat), name="heartbeat"),
    path("preview/<str:key>/", inside(views.preview), name="preview"),
    path("preview/<str:key>/share/", inside(views.share), name="share"),
    path("preview/<str:key>/<str:language>/", inside(views.preview_page), name="preview_page"),
]
