"""Opportunities, and what a workspace sets up for them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, View, register
from sila.sales import credits
from sila.sales.actions import lose, move, reopen, win
from sila.sales.board import board
from sila.sales.competing import COMPETITORS, PREFERRED
from sila.sales.credits import split_credit
from sila.sales.deal_lines.panels import sheet
from sila.sales.deal_lines.rules import keep_to_lines, sum_anew
from sila.sales.entry import let_in, rest_anew
from sila.sales.forecasting import refuse_wrong_category
from sila.sales.models import LossReason, Opportunity, Pipeline, Stage
from sila.sales.orders.actions import order_deal
from sila.sales.panels import flags, panels
from sila.sales.panels import stages as stages_of_deal
from sila.sales.partners.commission import follow_deal
from sila.sales.quotes.actions import make_quote
from sila.sales.rating import at_the_rate
from sila.sales.renewing import may_be_renewed, renew
from sila.sales.rules import (
    derive,
    follow_stage,
    keep_amount,
    keep_to_the_channel,
    numbering,
    refuse_wrong_stage,
    write_transition,
)
from sila.sales.territories import note_place, stand_with_customer

NAMES = ("name", "name_en")
CATEGORIES = {"open": "1", "won": "ok", "lost": "bad"}
FORECAST = {"pipeline": "1", "best_case": "3", "commit": "2", "closed": "ok"}

pipelines = register(
    Entity(
        model=Pipeline,
        slug="pipelines",
        icon="filter",
        title=NAMES,
        sort="order",
        timeline=False,
        columns=("name", "name_en", "order", "active"),
        sections={pgettext_lazy("label", "Pipeline"): ("name", "name_en", "order", "active")},
        filters=("active",),
        search=(),
        quick=("name", "name_en"),
        keys=NAMES,
    )
)

stages = register(
    Entity(
        model=Stage,
        slug="stages",
        tones={"category": CATEGORIES},
        icon="columns-3",
        title=NAMES,
        sort="order",
        timeline=False,
        columns=("name", "pipeline", "order", "probability", "category", "rot_days"),
        sections={
            pgettext_lazy("label", "Stage"): (
                "name",
                "name_en",
                "pipeline",
                "order",
                "probability",
                "category",
                "rot_days",
                "forecast_category",
            ),
            _("What a deal needs to enter"): (
                "required_fields",
                "required_role",
                "needs_products",
                "needs_activity",
                "approval_above",
                "approval_currency",
                "approval_role",
            ),
        },
        filters=("pipeline", "category"),
        quick=("name", "pipeline", "probability", "category"),
        keys=NAMES,
        keys_within="pipeline",
        rules=(refuse_wrong_stage, refuse_wrong_category),
        effects=(rest_anew,),
    )
)

loss_reasons = register(
    Entity(
        model=LossReason,
        slug="loss-reasons",
        icon="thumb-down",
        title=NAMES,
        sort="order",
        timeline=False,
        columns=("name", "name_en", "order"),
        sections={pgettext_lazy("label", "Loss reason"): ("name", "name_en", "order")},
        quick=("name", "name_en"),
        keys=NAMES,
    )
)


def is_open(deal: Any) -> bool:
    return bool(deal.category == Stage.Category.OPEN)


REASON = Field(
    "reason", KINDS["link"], _("Why we lost"), required=True, to="loss-reasons", title_columns=NAMES
)

opportunities = register(
    Entity(
        model=Opportunity,
        slug="opportunities",
        together=True,
        icon="target",
        label=_("Deal"),
        label_plural=_("Deals"),
        menu=_("Sales"),
        subtitle="party",
        told_apart=("party", "stage", "number"),
        tended={"category": "open"},
        board_by="stage",
        tones={"category": CATEGORIES, "forecast_category": FORECAST, "tags": {"urgent": "bad"}},
        columns=("name", "party", "stage", "amount", "expected_close", "owner"),
        sections={
            pgettext_lazy("label", "Deal"): (
                "name",
                "number",
                "party",
                "contact",
                "pipeline",
                "stage",
                "category",
                "product",
                "territory",
                "tags",
            ),
            _("Channel"): ("channel", "partner", "branch"),
            pgettext_lazy("label", "Money"): (
                "amount",
                "currency",
                "probability",
                "forecast_category",
                "expected_close",
                "next_step",
                "term_months",
                "base_amount",
                "rate",
            ),
            _("Products"): (
                *("price_book", "tax_included", "discount_sum", "net", "tax", "total", "discount"),
                *("cost", "margin"),
            ),
            _("Course"): (
                "opened_on",
                "closed_on",
                "won_reason",
                "lost_reason",
                "lost_note",
                "entered_stage_at",
                "rests_until",
                "renewal_of",
                "incomplete",
            ),
            _("Description"): ("description",),
        },
        filters=(
            "stage",
            "category",
            "pipeline",
            "party",
            "amount",
            "forecast_category",
            "expected_close",
            "closed_on",
            "product",
            "territory",
            "channel",
            "partner",
            "branch",
            "base_amount",
            "margin",
            "tags",
            "lost_reason",
            "incomplete",
            "owner",
            "org_unit",
            "created_at",
        ),
        search=("name", "number", "party__name", "party__name_latin"),
        quick=("name", "party", "amount", "stage"),
        keys=("number", "name"),
        match=("number",),
        carried=("number", "entered_stage_at", "renewal_of"),
        rules=(
            derive,
            sum_anew,
            keep_to_lines,
            keep_amount,
            keep_to_the_channel,
            stand_with_customer,
            follow_stage,
            at_the_rate,
            let_in,
            numbering("OPP"),
        ),
        effects=(write_transition, note_place, follow_deal),
        board=board,
        sheet=sheet,
        stages=stages_of_deal,
        flags=flags,
        panel_data=panels,
        views=(
            View(
                "closing",
                _("Closing this month"),
                ("category:any:open", "expected_close:within:this_month"),
                "expected_close",
            ),
            View("won", _("Won"), ("category:any:won",), "-closed_on"),
            View(
                "resting",
                _("Too long in a stage"),
                ("category:any:open", "rests_until:within:before_today"),
                "rests_until",
            ),
            View("no-rate", _("Without an exchange rate"), ("base_amount:empty", "amount:filled")),
            View("incomplete", _("Incomplete"), ("incomplete:yes",)),
        ),
        details=(COMPETITORS,),
        actions=(
            Action(
                "win",
                _("Won"),
                win,
                icon="trophy",
                style="ok",
                when=is_open,
                fields=(Field("reason", KINDS["text"], _("Why we won"), max_length=300),),
            ),
            Action(
                "lose",
                _("Lost"),
                lose,
                icon="thumb-down",
                style="bad",
                when=is_open,
                fields=(
                    REASON,
                    Field(
                        "winner",
                        KINDS["link"],
                        _("Who won it?"),
                        to="organizations",
                        title_columns=("name",),
                        extra={"prefer": PREFERRED},
                    ),
                    Field("note", KINDS["text"], _("More about the loss"), max_length=300),
                ),
            ),
            Action(
                "renew",
                pgettext_lazy("deal", "Renew"),
                renew,
                icon="repeat",
                when=may_be_renewed,
                begins=lambda deal, context: {"term_months": str(deal.term_months or 12)},
                fields=(
                    Field(
                        "term_months",
                        KINDS["number"],
                        _("Term in months"),
                        required=True,
                        extra={"integer": True, "min": 1, "max": 1200},
                    ),
                ),
            ),
            Action(
                "quote",
                _("Make a quote"),
                make_quote,
                icon="file-invoice",
                style="menu",
                verb="view",
                adds="quotes",
                opens=True,
                when=is_open,
            ),
            Action(
                "order",
                _("Make an order"),
                order_deal,
                icon="clipboard-check",
                style="menu",
                verb="view",
                adds="orders",
                opens=True,
                when=lambda deal: not deal.is_lost,
            ),
            Action(
                "split-credit",
                _("Split the credit"),
                split_credit,
                icon="chart-pie",
                style="menu",
                begins=credits.begins,
                fields=credits.fields(),
            ),
            Action("reopen", _("Reopen"), reopen, icon="rotate", when=lambda deal: not is_open(deal)),
            Action(
                "move",
                _("Move to a stage"),
                move,
                icon="arrow-right",
                style="menu",  # the stepper does the same
                fields=(
                    Field(
                        "stage",
                        KINDS["link"],
                        pgettext_lazy("label", "Stage"),
                        required=True,
                        to="stages",
                        title_columns=NAMES,
                    ),
                    Field("reason", KINDS["link"], _("Why we lost"), to="loss-reasons", title_columns=NAMES),
                ),
            ),
        ),
    )
)
