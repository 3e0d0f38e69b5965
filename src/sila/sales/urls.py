"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.sales import views
from sila.sales.leads.assigning.views import preview
from sila.sales.leads.cards.views import card

app_name = "sales"
urlpatterns = [
    path("deal/<uuid:deal_id>/parts", views.add_part, name="add-part"),
    path("deal/part/<uuid:part_id>/remove", views.remove_part, name="remove-part"),
    path("lead-card", card, name="lead-card"),
    path("lead-assignment", preview, name="lead-assignment"),
]
