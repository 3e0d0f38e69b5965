"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.parties import views

app_name = "parties"
urlpatterns = [
    path("party/<uuid:party_id>/chart", views.chart, name="chart"),
]
