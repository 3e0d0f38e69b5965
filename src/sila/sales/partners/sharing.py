"""Verbs of shared leads: give a lead to a partner, note what they answer, take it back. And what they may know of it."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import close
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.leads.models import Lead
from sila.sales.partners.models import SharedLead
from sila.sales.partners.protected import leads_can_tell
from sila.sales.partners.rules import SHARES

Status = SharedLead.Status
OUTCOMES = SharedLead.ENDED


@transaction.atomic
def share(lead: Lead, *, by: Actor, partner: UUID | None = None, note: str = "") -> Lead:
    """Raises NotFound, NotAllowed, Stale, Invalid."""
    lead = records.unmoved(registry["leads"], lead, by=by)
    if partner is None:
        raise Invalid({"partner": _("Say which partner.")})
    values = {"lead": str(lead.id), "partner": str(partner), "note": note[:300]}
    made = records.create(registry[SHARES], values, by=by)
    records.tell("lead_shared", registry["leads"], lead, by, text=made.partner.name)
    return lead


@transaction.atomic
def accept(shared: SharedLead, *, by: Actor, answer: str = "") -> SharedLead:
    shared = _changeable(shared, by)
    if shared.status != Status.OFFERED:
        raise Invalid({"": _("Only what was offered is accepted or declined.")})
    return _enter(shared, Status.ACCEPTED, answer, by)


@transaction.atomic
def decline(shared: SharedLead, *, by: Actor, answer: str = "") -> SharedLead:
    shared = _changeable(shared, by)
    if shared.status != Status.OFFERED:
        raise Invalid({"": _("Only what was offered is accepted or declined.")})
    if not answer.strip():
        raise Invalid({"answer": _("Say why it was declined.")})
    return _enter(shared, Status.DECLINED, answer, by)


@transaction.atomic
def note_progress(shared: SharedLead, *, by: Actor, progress: str = "", answer: str = "") -> SharedLead:
    """How far the partner has got, with what they say of it."""
    shared = _changeable(shared, by)
    if shared.status != Status.ACCEPTED:
        raise Invalid({"": _("Only a lead that the partner works on makes progress.")})
    if progress not in SharedLead.Progress:
        raise Invalid({"progress": _("Say how far it has got.")})
    columns = {"progress": progress, "answer": answer.strip()[:300] or shared.answer}
    records.enter(registry[SHARES], shared, columns, by=by, kind="share_progressed")
    return shared


@transaction.atomic
def report(shared: SharedLead, *, by: Actor, outcome: str = "", answer: str = "") -> SharedLead:
    """What came of a lead that the partner took."""
    shared = _changeable(shared, by)
    if shared.status != Status.ACCEPTED:
        raise Invalid({"": _("Only what the partner accepted has an outcome.")})
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": _("Say what came of it.")})
    return _enter(shared, outcome, answer, by)


@transaction.atomic
def withdraw(shared: SharedLead, *, by: Actor) -> SharedLead:
    shared = _changeable(shared, by)
    if shared.status not in SharedLead.RUNNING:
        raise Invalid({"": _("This is over already.")})
    return _enter(shared, Status.WITHDRAWN, shared.answer, by)


def _changeable(shared: SharedLead, by: Actor) -> SharedLead:
    now: SharedLead = records.unmoved(registry[SHARES], shared, by=by)
    return now


def _enter(shared: SharedLead, status: str, answer: str, by: Actor) -> SharedLead:
    columns: dict[str, Any] = {"status": status, "answer": answer.strip()[:300]}
    if shared.answered_at is None and status != Status.WITHDRAWN:
        columns["answered_at"] = clock.now()
    records.enter(registry[SHARES], shared, columns, by=by, kind=f"share_{status}")
    return shared


def told(shared: SharedLead, context: Context) -> list[tuple[str, str]]:
    """What the partner may know of the lead, in the reader's words: what is filled in, open to the reader, and named in the
    partner's list."""
    fields = registry["leads"].readable(context.actor)
    wanted = [
        fields[name] for name, _label in leads_can_tell() if name in fields and name in shared.partner.sees
    ]
    columns = {column for f in wanted for column in f.columns()}
    rows = registry["leads"].visible_to(context.actor).filter(id=shared.lead_id)
    read = list(rows.values(*columns, "custom"))
    close(read, wanted, context.actor)
    found = [(str(f.label), f.kind.plain(f, row, context.reader)) for row in read for f in wanted]
    return [(label, said) for label, said in found if said]
