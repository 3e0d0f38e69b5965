"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.insight.fitting import views as fitting
from sila.insight.forecast import views
from sila.insight.promotions import views as promotions

app_name = "insight"
urlpatterns = [
    path("forecast", views.page, name="forecast"),
    path("forecast/adjust/unit/<uuid:unit_id>", views.adjust_unit, name="adjust-unit"),
    path("forecast/adjust/member/<uuid:member_id>", views.adjust_member, name="adjust-member"),
    path("fit", fitting.page, name="fit"),
    path("fit/<str:of>/<uuid:record_id>", fitting.shown, name="fits"),
    path("fit/<str:of>/<uuid:record_id>/<uuid:product_id>/accept", fitting.take, name="fit-accept"),
    path("fit/<str:of>/<uuid:record_id>/<uuid:product_id>/reject", fitting.refuse, name="fit-reject"),
    path("promotions-compared", promotions.compared, name="promotions-compared"),
    path("promotion/<uuid:promotion_id>/customers", promotions.customers, name="promotion-customers"),
    path("promotions-of/<uuid:party_id>", promotions.of_customer, name="promotions-of"),
    path("promotions-in/<str:of>/<uuid:record_id>", promotions.in_paper, name="promotions-in"),
    path(
        "promotions-in/<str:of>/<uuid:record_id>/<uuid:promotion_id>/apply",
        promotions.apply,
        name="promotion-apply",
    ),
    path("promotion/<uuid:promotion_id>/add", promotions.add, name="promotion-add"),
]
