"""Promotions."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.insight.promotions.actions import (
    clear_customers,
    end,
    make_call_list,
    may_be_measured,
    measure,
    start,
)
from sila.insight.promotions.applying import apply_to
from sila.insight.promotions.models import Promotion, PromotionCustomer
from sila.insight.promotions.rules import SLUG, derive, keep_lot, keep_running, keep_what_runs
from sila.insight.promotions.showing import flags, sheet
from sila.insight.promotions.spending import note_past_of
from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, View, register

Status = Promotion.Status


def in_status(status: str) -> Callable[[Any], bool]:
    return lambda promotion: promotion.status == status


promotions = register(
    Entity(
        model=Promotion,
        slug=SLUG,
        icon="discount",
        menu=_("Sales"),
        tones={"status": {"draft": "1", "running": "ok", "ended": "2", "measured": "3"}},
        columns=("name", "status", "begins", "ends", "offer", "control_share", "owner"),
        sections={
            _("Promotion"): ("name", "status", "begins", "ends"),
            _("Offer"): (
                *("offer", "percent", "amount", "gift", "gift_product", "price_book", "product", "family"),
            ),
            _("Control group"): ("control_share",),
            _("Cost"): ("cost", "contact_cost", "currency"),
            _("Notes"): ("notes",),
        },
        filters=(
            "status",
            "begins",
            "ends",
            "offer",
            "product",
            "price_book",
            "owner",
            "org_unit",
            "created_at",
        ),
        search=("name", "gift"),
        quick=("name", "begins", "ends", "offer", "percent", "gift", "control_share"),
        keys=("name",),
        carried=("status",),
        rules=(derive, keep_what_runs),
        on_trash=keep_running,
        mergeable=False,
        sheet=sheet,
        flags=flags,
        views=(
            View("running", pgettext_lazy("promotions", "Running"), ("status:any:running",), "ends"),
            View("measured", pgettext_lazy("promotions", "Measured"), ("status:any:measured",), "-ends"),
        ),
        actions=(
            Action("start", _("Start"), start, icon="player-play", style="ok", when=in_status(Status.DRAFT)),
            Action("end", _("End it"), end, icon="player-stop", when=in_status(Status.RUNNING)),
            Action("measure", _("Measure"), measure, icon="scale", when=may_be_measured),
            Action(
                "apply",
                _("Apply to a quote or deal"),
                apply_to,
                icon="discount",
                style="menu",
                verb="view",
                adds="quotes",  # whoever only reads changes no document
                fields=(
                    Field("quote", KINDS["link"], _("Quote"), to="quotes"),
                    Field("opportunity", KINDS["link"], _("Opportunity"), to="opportunities"),
                ),
                when=in_status(Status.RUNNING),
            ),
            Action(
                "call-list",
                _("Make a call list"),
                make_call_list,
                icon="headset",
                verb="view",
                adds="call-lists",
                opens=True,
                when=in_status(Status.RUNNING),
            ),
            Action(
                "clear-customers",
                _("Take all customers out"),
                clear_customers,
                icon="users-minus",
                style="menu",
                when=in_status(Status.DRAFT),
            ),
        ),
    )
)

customers = register(
    Entity(
        model=PromotionCustomer,
        slug="promotion-customers",
        icon="discount",
        belongs_to="promotion",
        guarded=True,  # who sells is not to know the control group
        sort="-created_at",
        timeline=False,
        trashable=False,
        mergeable=False,
        columns=("name", "promotion", "party", "treated"),
        sections={_("Customer of a promotion"): ("name", "promotion", "party", "treated", "note")},
        filters=("promotion", "party", "treated"),
        quick=("promotion", "party"),
        carried=("treated",),
        rules=(keep_lot,),
        effects=(note_past_of,),
    )
)
