"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.insight.forecast import views

app_name = "insight"
urlpatterns = [
    path("forecast", views.page, name="forecast"),
    path("forecast/adjust/unit/<uuid:unit_id>", views.adjust_unit, name="adjust-unit"),
    path("forecast/adjust/member/<uuid:member_id>", views.adjust_member, name="adjust-member"),
]
