"""Contests as a noun."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.registry import Action, Entity, View, register
from sila.team.boards.actions import settle
from sila.team.boards.models import Contest
from sila.team.boards.rules import check, keep_settled
from sila.team.boards.showing import sheet

NAMES = ("name", "name_en")


def is_open(contest: Any) -> bool:
    return contest.settled_at is None


register(
    Entity(
        model=Contest,
        slug="contests",
        icon="trophy",
        menu=pgettext_lazy("menu", "Team"),
        title=NAMES,
        sort="-begins",
        timeline=False,
        mergeable=False,
        columns=("name", "metric", "begins", "ends", "settled_at"),
        sections={
            _("Contest"): (*NAMES, "metric", "begins", "ends", "settled_at"),
            pgettext_lazy("contest", "Rules"): ("prizes", "terms"),
        },
        filters=("metric", "begins", "ends"),
        quick=("name", "name_en", "metric", "begins", "ends", "prizes"),
        keys=NAMES,
        carried=("settled_at",),
        rules=(check,),
        on_trash=keep_settled,
        sheet=sheet,
        views=(View("running", _("Running"), ("ends:within:from_today",), "ends"),),
        actions=(Action("settle", _("Settle the contest"), settle, icon="trophy", when=is_open),),
    )
)
