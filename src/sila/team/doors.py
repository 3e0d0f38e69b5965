"""Where the pages of the team are reached, what the timeline says of statements, and what goals can count."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.registry import Entity
from sila.platform.entities.timeline import VERBS

STATEMENTS, PLANS = "commission-statements", "commission-plans"


def link_over_lists(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    if entity.slug == STATEMENTS:
        mine = {"label": _("My commission"), "url": _url(actor, "commission"), "icon": "wallet"}
        plans = {"label": _("Commission plans"), "url": _url(actor, f"{PLANS}/"), "icon": "percentage"}
        return [mine, *([plans] if actor.can(PLANS, "view") else [])]
    if entity.slug == PLANS:
        statements = {"label": _("Commission statements"), "url": _url(actor, f"{STATEMENTS}/")}
        return [statements | {"icon": "wallet"}] if actor.can(STATEMENTS, "view") else []
    if entity.slug == "contests":
        return [{"label": _("Leaderboard"), "url": _url(actor, "leaderboard"), "icon": "trophy"}]
    if entity.slug == "goals":
        return [{"label": _("Goals"), "url": _url(actor, "attainment"), "icon": "flag"}]
    return []


def palette_commands(actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "title": _("My commission"),
            "url": _url(actor, "commission"),
            "icon": "wallet",
            "words": "commission bonus earn statement payroll عمولة عمولتي مكافأة كشف مستحقات",
        },
        {
            "title": _("My goals"),
            "url": _url(actor, "attainment"),
            "icon": "flag",
            "words": "goals targets quota attainment أهداف مستهدف حصة إنجاز",
        },
        {
            "title": _("Leaderboard"),
            "url": _url(actor, "leaderboard"),
            "icon": "trophy",
            "words": "leaderboard contest badges kudos thanks لوحة الصدارة مسابقة شارات شكر",
        },
        {
            "title": _("Efficiency"),
            "url": _url(actor, "efficiency"),
            "icon": "gauge",
            "words": "efficiency performance employee activity quality كفاءة أداء موظف نشاط جودة",
        },
    ]


def _url(actor: Actor, tail: str) -> str:
    return f"/w/{actor.workspace.slug}/{tail}"


VERBS.update(
    {
        "board joined": (gettext_lazy("joined the board"), "users-plus"),
        "board left": (gettext_lazy("left the board"), "eye-off"),
        "thanked": (gettext_lazy("thanked"), "heart-handshake"),
        "contest_settled": (gettext_lazy("settled this contest"), "trophy"),
        "commission_reckoned": (gettext_lazy("reckoned this statement"), "calculator"),
        "commission_submitted": (gettext_lazy("submitted this statement"), "send"),
        "commission_sent_back": (gettext_lazy("sent this statement back"), "arrow-back-up"),
        "commission_approved": (gettext_lazy("approved this statement"), "circle-check"),
        "commission_paid": (gettext_lazy("noted the payment of this statement"), "cash"),
    }
)
extensions.list_links.append(link_over_lists)
extensions.palette_commands.append(palette_commands)
