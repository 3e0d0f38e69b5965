"""Plans, their tiers and people, and statements."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, Related, View, register
from sila.team.commission.actions import (
    approve,
    draw_up,
    enrol,
    mark_paid,
    reckon_anew,
    send_back,
    submit,
)
from sila.team.commission.models import (
    CommissionParticipant,
    CommissionPlan,
    CommissionStatement,
    CommissionTier,
)
from sila.team.commission.rules import (
    check_participant,
    check_plan,
    check_tier,
    derive,
    keep_approved_participant,
    keep_approved_plan,
    keep_approved_tier,
)
from sila.team.commission.showing import sheet

NAMES = ("name", "name_en")
Status = CommissionStatement.Status
TONES = {"draft": "1", "submitted": "3", "approved": "ok", "paid": "6"}


def in_status(*states: str) -> Any:
    return lambda statement: statement.status in states


plans = register(
    Entity(
        model=CommissionPlan,
        slug="commission-plans",
        icon="percentage",
        title=NAMES,
        sort="name",
        timeline=False,
        columns=("name", "counts", "every", "begins", "ends", "active"),
        sections={
            _("Commission plan"): (*NAMES, "every", "calendar", "begins", "ends", "active"),
            _("What counts"): ("counts", "product", "family", "credit"),
            pgettext_lazy("commission", "Rates"): ("tiers_by", "cap", "currency"),
        },
        filters=("counts", "every", "product", "active", "begins", "ends"),
        quick=("name", "name_en", "every", "begins"),
        keys=NAMES,
        mergeable=False,
        related=(Related("commission-tiers", "plan"), Related("commission-participants", "plan")),
        rules=(check_plan,),
        on_trash=keep_approved_plan,
        actions=(
            Action(
                "draw-up",
                _("Draw up statements"),
                draw_up,
                icon="calculator",
                verb="view",  # of the plan; what it writes are statements, which have rights of their own
                fields=(
                    Field(
                        "day",
                        KINDS["date"],
                        _("A day in the period"),
                        help=_("Empty: the period that runs now."),
                    ),
                ),
            ),
            Action(
                "enrol",
                _("Add people"),
                enrol,
                icon="users-plus",
                fields=(
                    Field("member", KINDS["member"], _("Member"), to="members", title_columns=NAMES),
                    Field("role", KINDS["link"], _("All in the role"), to="roles", title_columns=NAMES),
                    Field("team", KINDS["link"], _("All in the team"), to="teams", title_columns=NAMES),
                    Field(
                        "unit", KINDS["link"], _("All in the unit and below"), to="units", title_columns=NAMES
                    ),
                    Field("begins", KINDS["date"], _("From")),
                ),
            ),
        ),
    )
)

tiers = register(
    Entity(
        model=CommissionTier,
        slug="commission-tiers",
        icon="stairs-up",
        belongs_to="plan",
        sort="above",
        timeline=False,
        columns=("name", "plan", "above", "above_goal", "rate"),
        sections={
            _("Tier of a commission"): ("name", "plan", "rate", "above", "above_goal", "currency", "note")
        },
        filters=("plan", "rate"),
        quick=("plan", "rate", "above", "above_goal"),
        mergeable=False,
        rules=(check_tier,),
        on_trash=keep_approved_tier,
    )
)

participants = register(
    Entity(
        model=CommissionParticipant,
        slug="commission-participants",
        icon="user-dollar",
        belongs_to="plan",
        sort="name",
        timeline=False,
        columns=("member", "plan", "begins", "ends"),
        sections={_("Person in a commission plan"): ("name", "plan", "member", "begins", "ends", "note")},
        filters=("plan", "member", "begins", "ends"),
        quick=("plan", "member", "begins", "ends"),
        mergeable=False,
        rules=(check_participant,),
        on_trash=keep_approved_participant,
    )
)

statements = register(
    Entity(
        model=CommissionStatement,
        slug="commission-statements",
        icon="report-money",
        menu=pgettext_lazy("menu", "Team"),
        creatable=False,
        trashable=False,
        mergeable=False,
        sort="-begins",
        subtitle="status",
        told_apart=("status",),
        tended={"status": Status.DRAFT},
        tones={"status": TONES},
        columns=("name", "owner", "amount", "base", "begins", "status"),
        sections={
            _("Commission statement"): (
                "name",
                "plan",
                "begins",
                "ends",
                "status",
                "base",
                "goal",
                "amount",
                "currency",
            ),
            pgettext_lazy("commission", "Approval"): ("approved_by", "approved_at", "paid_on"),
        },
        filters=("status", "plan", "begins", "ends", "amount", "paid_on", "approved_at", "owner", "org_unit"),
        search=("name",),
        read_only=("owner", "org_unit", "source"),
        rules=(derive,),
        sheet=sheet,
        views=(
            View("to-approve", _("To be approved"), ("status:any:submitted",), "-begins"),
            View("payroll", _("For payroll"), ("status:any:approved",), "-begins"),
        ),
        actions=(
            Action(
                "submit",
                pgettext_lazy("commission", "Submit"),
                submit,
                icon="send",
                many=True,
                when=in_status(Status.DRAFT),
            ),
            Action(
                "reckon-anew",
                _("Reckon anew"),
                reckon_anew,
                icon="refresh",
                style="menu",
                when=in_status(Status.DRAFT),
            ),
            Action(
                "approve",
                pgettext_lazy("commission", "Approve"),
                approve,
                icon="circle-check",
                style="ok",
                many=True,
                when=in_status(Status.SUBMITTED),
            ),
            Action(
                "send-back", _("Send back"), send_back, icon="arrow-back-up", when=in_status(Status.SUBMITTED)
            ),
            Action(
                "mark-paid",
                pgettext_lazy("commission", "Paid out"),
                mark_paid,
                icon="cash",
                many=True,
                when=in_status(Status.APPROVED),
                fields=(Field("paid_on", KINDS["date"], _("Paid on")),),
            ),
        ),
    )
)
