"""Verbs of leads along their path: contact, qualify, disqualify, take up again. Converting has a file of its own."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.sales.leads.models import DisqualifyReason, Lead, LeadTransition

SLUG = "leads"
Status = Lead.Status
QUESTIONS = ("budget", "authority", "need", "timing")


@transaction.atomic
def contact(lead: Lead, *, by: Actor) -> Lead:
    lead = _changeable(lead, by)
    if lead.status != Status.NEW:
        raise Invalid({"": _("This lead is not new any more.")})
    return _enter(lead, Status.CONTACTED, "contacted", by)


@transaction.atomic
def qualify(
    lead: Lead,
    *,
    by: Actor,
    budget: str = "",
    authority: str = "",
    need: str = "",
    timing: str = "",
    note: str = "",
) -> Lead:
    """Worth going on with, and what is known of it. What is left empty stays as it was."""
    lead = _changeable(lead, by)
    if lead.status not in (Status.NEW, Status.CONTACTED):
        raise Invalid({"": _("Only a lead that is still open can be qualified.")})
    told = zip(QUESTIONS, (budget, authority, need, timing), strict=True)
    answers = {name: answer for name, answer in told if answer}
    if note:
        answers["qualification_note"] = note
    return _enter(lead, Status.QUALIFIED, "qualified", by, **answers)


@transaction.atomic
def disqualify(lead: Lead, *, by: Actor, reason: UUID | None = None, note: str = "") -> Lead:
    """Without its reason nobody learns from it."""
    lead = _changeable(lead, by)
    if not lead.is_open:
        raise Invalid({"": _("Only a lead that is still open can be disqualified.")})
    if reason is None or not DisqualifyReason.objects.filter(id=reason, deleted_at=None).exists():
        raise Invalid({"reason": _("Say why the lead is disqualified.")})
    return _enter(
        lead,
        Status.DISQUALIFIED,
        "disqualified",
        by,
        disqualify_reason_id=reason,
        disqualify_note=note[:300],
    )


@transaction.atomic
def reopen(lead: Lead, *, by: Actor) -> Lead:
    """Back to the last open status that it was in."""
    lead = _changeable(lead, by)
    if lead.status != Status.DISQUALIFIED:
        raise Invalid({"": _("Only a disqualified lead can be taken up again.")})
    moves = LeadTransition.objects.filter(lead_id=lead.id, to_status=Status.DISQUALIFIED)
    last = moves.order_by("-id").values_list("from_status", flat=True).first()
    return _enter(lead, last or Status.NEW, "reopened", by)


@transaction.atomic
def part(lead: Lead, *, by: Actor) -> Lead:
    """Whom it points at is somebody else."""
    lead = _changeable(lead, by)
    if not may_part(lead):
        raise Invalid({"": _("This lead points at nobody.")})
    records.update(registry[SLUG], lead.id, {}, by=by, along={"party": None, "matched_company": None})
    return lead


def may_part(lead: Lead) -> bool:
    return lead.converted_at is None and bool(lead.party_id or lead.matched_company_id)


def _changeable(lead: Lead, by: Actor) -> Lead:
    now: Lead = records.unmoved(registry[SLUG], lead, by=by)
    return now


def _enter(lead: Lead, status: str, kind: str, by: Actor, **values: Any) -> Lead:
    records.enter(registry[SLUG], lead, {"status": status, **values}, by=by, kind=kind)
    return lead
