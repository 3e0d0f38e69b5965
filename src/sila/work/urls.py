"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.work.approvals import views as approvals
from sila.work.missed import views as missed
from sila.work.views import calendar, compose, feed, today, whats_next
from sila.work.visits import on_the_spot
from sila.work.visits import views as visits

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
    path("visit-plan/", visits.page, name="visit-plan"),
    path("visit-plan/plan", visits.plan, name="visit-plan-add"),
    path("visit-plan/shorten", visits.in_order, name="visit-plan-shorten"),
    path("visit-plan/habits", visits.habits, name="visit-habits"),
    path("visit-plan/<uuid:visit_id>/", on_the_spot.page, name="on-the-spot"),
    path("visit-plan/<uuid:visit_id>/arrive", on_the_spot.arrive, name="arrive"),
    path("visit-plan/<uuid:visit_id>/leave", on_the_spot.leave, name="leave"),
    path("visit-plan/<uuid:visit_id>/up", visits.move, {"way": "up"}, name="visit-up"),
    path("visit-plan/<uuid:visit_id>/down", visits.move, {"way": "down"}, name="visit-down"),
    path("missed/", missed.page, name="missed"),
    path("missed/export", missed.export, name="missed-export"),
    path("approvals/", approvals.page, name="approvals"),
    path("approvals/<uuid:approval_id>/approve", approvals.approve, name="approve"),
    path("approvals/<uuid:approval_id>/refuse", approvals.refuse, name="refuse"),
    path("approvals/<uuid:approval_id>/withdraw", approvals.withdraw, name="withdraw"),
]
