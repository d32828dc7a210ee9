from networks import views
from publishing.paging import paged

urlpatterns = [
    paged("<slug:slug>/", views.network, name="network"),
]
