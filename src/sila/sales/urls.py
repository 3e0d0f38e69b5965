"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.sales import views
from sila.sales.funnel import views as funnel

app_name = "sales"
urlpatterns = [
    path("funnel/", funnel.page, name="funnel"),
    path("funnel/deals", funnel.deals, name="funnel-deals"),
    path("deal/<uuid:deal_id>/parts", views.add_part, name="add-part"),
    path("deal/part/<uuid:part_id>/remove", views.remove_part, name="remove-part"),
]
