from publishing.paging import paged
from twinning import views

urlpatterns = [
    paged("<slug:slug>/", views.town, name="town"),
]
