"""Addresses below /api/v1/."""

from django.urls import path

from sila.work.approvals import api

urlpatterns = [
    path("approvals", api.collection, name="api-approvals"),
    path("approvals/<uuid:approval_id>", api.one, name="api-approval"),
    path("approvals/<uuid:approval_id>/<slug:verb>", api.decide, name="api-approval-verb"),
]
