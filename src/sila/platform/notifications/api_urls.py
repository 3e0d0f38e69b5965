"""Addresses below /api/v1/."""

from django.urls import path

from sila.platform.notifications import api

urlpatterns = [
    path("notifications", api.notifications, name="api-notifications"),
    path("notifications/read", api.read, name="api-notifications-read"),
    path("<slug:slug>/<uuid:record_id>/follow", api.follow, name="api-follow"),
    path("<slug:slug>/<uuid:record_id>/unfollow", api.unfollow, name="api-unfollow"),
]
