"""Verbs of selling: win, lose, take up again, move, and who plays which part in a deal."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.sales.competing import forget_winner, lost_to
from sila.sales.models import LossReason, Opportunity, OpportunityRole, Stage

SLUG = "opportunities"


@transaction.atomic
def win(deal: Opportunity, *, by: Actor, reason: str = "") -> Opportunity:
    deal = _changeable(deal, by)
    _must_be_open(deal)
    forget_winner(deal)
    return _enter(deal, _closing(deal, Stage.Category.WON), "won", by, won_reason=reason)


@transaction.atomic
def lose(
    deal: Opportunity,
    *,
    by: Actor,
    reason: UUID | None = None,
    note: str = "",
    winner: UUID | None = None,
) -> Opportunity:
    """A loss needs its reason, or nobody learns from it; who won it, if that is known, is a competitor in the deal."""
    deal = _changeable(deal, by)
    _must_be_open(deal)
    if reason is None or not LossReason.objects.filter(id=reason, deleted_at=None).exists():
        raise Invalid({"reason": _("Say why the deal was lost.")})
    if winner is not None:
        try:
            lost_to(deal, winner, by=by)
        except Invalid as error:
            raise Invalid({"winner": "; ".join(error.errors.values())}) from error
    return _enter(
        deal, _closing(deal, Stage.Category.LOST), "lost", by, lost_reason_id=reason, lost_note=note[:300]
    )


@transaction.atomic
def reopen(deal: Opportunity, *, by: Actor) -> Opportunity:
    """Back to the last open stage that it was in, else to the first of its pipeline."""
    deal = _changeable(deal, by)
    if deal.is_open:
        raise Invalid({"": _("This deal is open already.")})
    last = (
        Stage.objects.filter(id__in=deal.transitions.values("to_stage_id"), category="open", deleted_at=None)
        .order_by("-order")
        .first()
    )
    first = Stage.objects.filter(pipeline_id=deal.pipeline_id, category="open", deleted_at=None).order_by(
        "order", "id"
    )
    stage = last or first.first()
    if stage is None:
        raise Invalid({"": _("This pipeline has no open stage.")})
    forget_winner(deal)
    return _enter(deal, stage, "reopened", by)


@transaction.atomic
def move(deal: Opportunity, *, by: Actor, stage: UUID, reason: UUID | None = None) -> Opportunity:
    """To another stage, also across pipelines. Into a stage of loss it needs a reason."""
    deal = _changeable(deal, by)
    target = Stage.objects.filter(id=stage, deleted_at=None).first()
    if target is None:
        raise Invalid({"stage": _("This record was not found.")})
    if target.id == deal.stage_id:
        return deal
    if target.category == Stage.Category.OPEN:
        return _enter(deal, target, "moved", by)
    _must_be_open(deal)
    if target.category == Stage.Category.WON:
        return _enter(deal, target, "won", by)
    if reason is None:
        raise Invalid({"reason": _("Say why the deal was lost.")})
    return _enter(deal, target, "lost", by, lost_reason_id=reason)


@transaction.atomic
def give_part(deal: Opportunity, party_id: UUID, role: str, *, by: Actor) -> OpportunityRole:
    """What a person is in this deal."""
    deal = _changeable(deal, by)
    person = records.get(registry["parties"], party_id, by=by)
    if role not in OpportunityRole.Role.values:
        raise Invalid({"role": _("There is no such role.")})
    if OpportunityRole.objects.filter(opportunity_id=deal.id, party_id=party_id, role=role).exists():
        raise Invalid({"role": _("The party has this role already.")})
    part: OpportunityRole = OpportunityRole.objects.create(
        opportunity_id=deal.id, party_id=party_id, role=role
    )
    _tell(deal, "part_given", by, text=person.name, about=str(person.id), role=role)
    return part


@transaction.atomic
def take_part_away(part: OpportunityRole, *, by: Actor) -> None:
    deal = records.get(registry[SLUG], part.opportunity_id, by=by, lock=True)
    if not by.may(SLUG, "edit", deal):
        raise NotAllowed
    OpportunityRole.objects.filter(id=part.id).delete()
    _tell(deal, "part_taken", by, role=part.role)


def _changeable(deal: Opportunity, by: Actor) -> Opportunity:
    now: Opportunity = records.unmoved(registry[SLUG], deal, by=by)
    return now


def _must_be_open(deal: Opportunity) -> None:
    if deal.category == Stage.Category.WON:
        raise Invalid({"": _("This deal is won already.")})
    if deal.category == Stage.Category.LOST:
        raise Invalid({"": _("This deal is lost already. Reopen it first.")})


def _closing(deal: Opportunity, category: str) -> Stage:
    stages = Stage.objects.filter(pipeline_id=deal.pipeline_id, category=category, deleted_at=None)
    stage: Stage | None = stages.order_by("order", "id").first()
    if stage is None:
        raise Invalid({"": _("This pipeline has no stage for that.")})
    return stage


def _enter(deal: Opportunity, stage: Stage, kind: str, by: Actor, **values: Any) -> Opportunity:
    columns, told = {"stage_id": stage.id, **values}, {"stage": str(stage.name), "stage_en": stage.name_en}
    records.enter(registry[SLUG], deal, columns, by=by, kind=kind, **told)
    return deal


def _tell(deal: Opportunity, kind: str, by: Actor, **more: Any) -> None:
    log.record(kind, by=by, entity=SLUG, record_id=deal.id, title=deal.name, **more)
