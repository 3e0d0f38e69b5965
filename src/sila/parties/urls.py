"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.parties import duplicate_views, views
from sila.parties.suppliers import views as suppliers
from sila.parties.territories import views as territories

app_name = "parties"
urlpatterns = [
    path("duplicates/", duplicate_views.page, name="duplicates"),
    path("duplicates/rules", duplicate_views.rules, name="duplicates-rules"),
    path("duplicates/search", duplicate_views.search, name="duplicates-search"),
    path("duplicates/<uuid:pair_id>/<slug:decision>", duplicate_views.decide, name="duplicates-decide"),
    path("territory-tree/", territories.page, name="territory-tree"),
    path("territory-tree/look", territories.look, name="territory-look"),
    path("territory-tree/apply", territories.apply, name="territory-apply"),
    path("suppliers/", suppliers.page, name="suppliers"),
    path("supplier/<uuid:party_id>/rate", suppliers.rate_one, name="supplier-rate"),
    path("party/<uuid:party_id>/chart", views.chart, name="chart"),
]
