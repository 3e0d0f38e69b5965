"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.parties import duplicate_views, views

app_name = "parties"
urlpatterns = [
    path("duplicates/", duplicate_views.page, name="duplicates"),
    path("duplicates/rules", duplicate_views.rules, name="duplicates-rules"),
    path("duplicates/search", duplicate_views.search, name="duplicates-search"),
    path("duplicates/<uuid:pair_id>/<slug:decision>", duplicate_views.decide, name="duplicates-decide"),
    path("party/<uuid:party_id>/chart", views.chart, name="chart"),
]
