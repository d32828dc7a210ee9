from django.urls import path

from contacts import views

urlpatterns = [
    path("<int:pk>.vcf", views.vcard, name="vcard"),
]
