"""What follows from an opportunity's fields: its stage decides pipeline, probability and end."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes, Rule
from sila.platform.kit import clock
from sila.platform.kit.folding import fold
from sila.platform.kit.ids import uuid7
from sila.platform.kit.money import CURRENCIES, UnreadableMoney, from_minor, to_minor
from sila.platform.tenancy.current import current_id
from sila.platform.tenancy.writing import insert, read_once
from sila.sales.forecasting import follow_forecast
from sila.sales.models import Opportunity, Pipeline, Stage, StageTransition

FIRST_OPEN = {"category": Stage.Category.OPEN, "deleted_at": None}


def derive(deal: Opportunity, changes: Changes, by: Actor) -> None:
    deal.name_fold = fold(deal.name)[:200]
    deal.currency = deal.currency or base_currency()


def keep_to_the_channel(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """Through whom it is sold goes with how it is sold; the sellers of both are told apart in every report."""
    if not {"channel", "partner", "branch"} & changes.keys():
        return
    through = (Opportunity.Channel.RESELLER, Opportunity.Channel.OUTLET)
    if deal.partner_id and deal.channel not in through:
        raise Invalid(
            {"partner": _("A reseller or outlet goes with the channels “Reseller” and “Retail outlet”.")}
        )
    if deal.branch_id and deal.channel != Opportunity.Channel.BRANCH:
        raise Invalid({"branch": _("A selling branch goes with the channel “Branch”.")})
    if deal.partner_id and deal.partner_id == deal.party_id:
        raise Invalid({"partner": _("The customer of the deal cannot be its reseller.")})


def keep_amount(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """A new currency keeps the figure that people see: 45,250.50 SAR becomes 45,250.50 KWD, not 4,525.05."""
    old = changes.get("currency")
    if not old or "amount" in changes or deal.amount is None or old not in CURRENCIES:
        return
    try:
        deal.amount = to_minor(from_minor(deal.amount, CURRENCIES[old]), CURRENCIES[deal.currency])
    except UnreadableMoney as error:
        raise Invalid({"currency": str(error)}) from error


def follow_stage(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """The stage, given or the pipeline's first, and all that it implies. A loss needs its reason."""
    if not deal._state.adding and not {"stage", "pipeline"} & set(changes):
        if deal.is_open:
            _refuse_an_ending(deal, changes)
        _check_probability(deal)
        if "forecast_category" in changes:
            follow_forecast(
                deal, None if deal.forecast_category else _stage_of(deal, {"stage": None}), changes
            )
        return
    stage = _stage_of(deal, changes)
    if deal.stage_id != stage.id or "stage" not in changes:
        changes.setdefault("stage", None if deal._state.adding else deal.stage_id)
    deal.stage_id, deal.pipeline_id = stage.id, stage.pipeline_id
    deal.category = stage.category
    follow_forecast(deal, stage, changes)
    if "probability" not in changes or stage.category != Stage.Category.OPEN:
        changes.setdefault("probability", deal.probability)
        deal.probability = stage.probability
    _check_probability(deal)
    changes["entered_stage_at"] = deal.entered_stage_at
    now = clock.now()  # a new deal may bring along since when it has been there
    deal.entered_stage_at = min(deal.entered_stage_at, now) if deal._state.adding else now
    _close_or_open(deal, changes, by)


def _stage_of(deal: Opportunity, changes: Changes) -> Stage:
    if deal.stage_id and ("stage" in changes or "pipeline" not in changes):
        stage = read_once(
            ("stage", deal.stage_id),
            lambda: Stage.objects.filter(id=deal.stage_id, deleted_at=None).first(),
        )
    else:
        stage = read_once(("first stage", deal.pipeline_id), lambda: _first_stage(deal.pipeline_id))
    if stage is None:
        raise Invalid({"stage": _("This pipeline has no stage to begin with.")})
    return stage


def _first_stage(pipeline_id: UUID | None) -> Stage | None:
    stages = Stage.objects.filter(pipeline_id=pipeline_id or default_pipeline_id(), **FIRST_OPEN)
    return stages.order_by("order", "id").first()


def default_pipeline_id() -> Any:
    live = Pipeline.objects.filter(active=True, deleted_at=None)
    return live.order_by("order", "id").values_list("id", flat=True).first()


def _check_probability(deal: Opportunity) -> None:
    if deal.probability is not None and deal.probability > 100:
        raise Invalid({"probability": _("A probability lies between 0 and 100.")})


def _close_or_open(deal: Opportunity, changes: Changes, by: Actor) -> None:
    if deal.category == Stage.Category.OPEN:
        _refuse_an_ending(deal, changes)
        deal.closed_on = None
        deal.lost_reason_id, deal.lost_note, deal.won_reason = None, "", ""
        return
    if deal.closed_on is None:
        changes.setdefault("closed_on", None)
        deal.closed_on = today(by)
    if deal.category == Stage.Category.LOST:
        if deal.lost_reason_id is None and by.via != "import":  # history from elsewhere may not know why
            raise Invalid({"lost_reason": _("Say why the deal was lost.")})
    else:
        deal.lost_reason_id, deal.lost_note = None, ""


def _refuse_an_ending(deal: Opportunity, changes: Changes) -> None:
    """Nothing that was typed is dropped in silence: an open deal has no day of closing and no reason."""
    for name in ("closed_on", "won_reason", "lost_reason", "lost_note"):
        if name in changes and getattr(deal, f"{name}_id" if name == "lost_reason" else name):
            raise Invalid({name: _("This deal is open: close it first.")})


def write_transition(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """The one place where history is written, whichever door the change came through."""
    if "stage" not in changes or changes["stage"] == deal.stage_id:
        return
    since, moment = changes.get("entered_stage_at"), clock.now()
    first = changes["stage"] is None
    insert(
        StageTransition(
            opportunity_id=deal.id,
            from_stage_id=changes["stage"],
            to_stage_id=deal.stage_id,
            at=moment,
            member_id=by.member_id,
            seconds_in_stage=0 if first or since is None else max(0, int((moment - since).total_seconds())),
        )
    )


def numbering(code: str, sign: str = "/", places: int = 4) -> Rule:
    """The last of a noun's rules: OPP-2026/0418 for what is new; what is refused takes no number, and what comes from
    elsewhere keeps its own."""

    def give_number(record: Any, changes: Changes, by: Actor) -> None:
        if record._state.adding and record.number:
            record.number = brought_along(record, f"{code}-", sign)
        if not record.number:
            record.number = next_number(f"{code}-{today(by).year}", sign, places)

    return give_number


def next_number(name: str, sign: str, places: int) -> str:
    """OPP-2026/0418, LEAD-2026-00012: the next of a row of numbers that the workspace has under this name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sales_counter (tenant_id, id, name, value) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (tenant_id, name) DO UPDATE SET value = sales_counter.value + 1 RETURNING value",
            [current_id().hex, uuid7().hex, name],
        )
        value = cursor.fetchone()[0]
    return f"{name}{sign}{value:0{places}}"


def brought_along(record: Any, prefix: str, sign: str) -> str:
    """The number that a new record has from elsewhere; none if it is taken here, by one in the trash too. Those that are
    given out from now on come after it."""
    number = record.number
    if type(record).objects.filter(number=number).exists():
        return ""
    name, _sign, value = number.rpartition(sign)
    if name.startswith(prefix) and value.isascii() and value.isdigit() and int(value) < 10**9:
        _keep_clear_of(name, int(value))
    return str(number)


def _keep_clear_of(name: str, value: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sales_counter (tenant_id, id, name, value) VALUES (%s, %s, %s, %s) ON CONFLICT (tenant_id, name) "
            "DO UPDATE SET value = excluded.value WHERE sales_counter.value < excluded.value",
            [current_id().hex, uuid7().hex, name, value],
        )


def today(by: Actor) -> date:
    return clock.now().astimezone(ZoneInfo(by.workspace.timezone)).date()


def refuse_wrong_stage(stage: Stage, changes: Changes, by: Actor) -> None:
    if stage.probability > 100:
        raise Invalid({"probability": _("A probability lies between 0 and 100.")})
    if stage.category == Stage.Category.WON:
        stage.probability = 100
    elif stage.category == Stage.Category.LOST:
        stage.probability = 0
    stage.approval_currency = stage.approval_currency or base_currency()
    if stage.approval_above is not None and stage.category == Stage.Category.LOST:
        raise Invalid({"approval_above": _("Losing a deal needs nobody’s approval.")})
