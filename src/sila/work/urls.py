"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.work.approvals import views as approvals
from sila.work.views import calendar, compose, feed, today, whats_next

app_name = "work"
urlpatterns = [
    path("", today.page, name="home"),
    path("today", today.page, name="today"),
    path("calendar", calendar.page, name="calendar"),
    path("calendar/feed", feed.address, name="feed-address"),
    path("work/<uuid:activity_id>/move", calendar.move, name="move"),
    path("compose/<slug:kind>", compose.compose, name="compose"),
    path("work/<uuid:activity_id>/tick", today.tick, name="tick"),
    path("next/<slug:slug>/<uuid:record_id>", whats_next.ask, name="next"),
    path("next/<slug:slug>/<uuid:record_id>/<slug:when>", whats_next.soon, name="next-soon"),
    path("approvals/", approvals.page, name="approvals"),
    path("approvals/<uuid:approval_id>/approve", approvals.approve, name="approve"),
    path("approvals/<uuid:approval_id>/refuse", approvals.refuse, name="refuse"),
    path("approvals/<uuid:approval_id>/withdraw", approvals.withdraw, name="withdraw"),
]
