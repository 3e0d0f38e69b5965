"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.work.views import calendar, compose, feed, today

app_name = "work"
urlpatterns = [
    path("", today.page, name="home"),
    path("today", today.page, name="today"),
    path("calendar", calendar.page, name="calendar"),
    path("calendar/feed", feed.address, name="feed-address"),
    path("work/<uuid:activity_id>/move", calendar.move, name="move"),
    path("compose/<slug:kind>", compose.compose, name="compose"),
    path("work/<uuid:activity_id>/tick", today.tick, name="tick"),
]
