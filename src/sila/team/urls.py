"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.team.boards import views as boards
from sila.team.commission import views as commission
from sila.team.efficiency import views as efficiency
from sila.team.goals import views as goals

app_name = "team"
urlpatterns = [
    path("commission", commission.page, name="commission"),
    path("commission/<uuid:statement_id>/pdf", commission.pdf, name="commission-pdf"),
    path("leaderboard", boards.page, name="board"),
    path("leaderboard/part", boards.take_part, name="board-part"),
    path("leaderboard/thanks", boards.thanks, name="board-thanks"),
    path("leaderboard/settings", boards.edit_settings, name="board-settings"),
    path("efficiency", efficiency.page, name="efficiency"),
    path("efficiency/<uuid:member_id>", efficiency.page, name="efficiency-of"),
    path("attainment", goals.page, name="goals"),
]
