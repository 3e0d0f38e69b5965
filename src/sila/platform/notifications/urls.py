"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.platform.notifications.views import bell, following, mentioning

app_name = "notifications"
urlpatterns = [
    path("notifications/", bell.page, name="page"),
    path("notifications/panel", bell.panel, name="panel"),
    path("notifications/count", bell.count, name="count"),
    path("notifications/read", bell.read, name="read"),
    path("notifications/<uuid:notification_id>/open", bell.open_one, name="open"),
    path("mention", mentioning.pick, name="mention"),
    path("<slug:slug>/<uuid:record_id>/follow", following.follow, name="follow"),
]
