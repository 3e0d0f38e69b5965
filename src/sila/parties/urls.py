"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.parties import views

app_name = "parties"
urlpatterns = [
    path("party/<uuid:party_id>/add/<slug:what>", views.add, name="add"),
    path("party/<uuid:party_id>/chart", views.chart, name="chart"),
    path("party/<slug:what>/<uuid:row_id>/<slug:verb>", views.change, name="change"),
]
