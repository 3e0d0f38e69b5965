"""Verbs of approval: ask, approve, refuse, withdraw; and what other verbs ask: is it needed, is it granted?"""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Wanting
from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.models import Record
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.work.approvals import authority
from sila.work.approvals.authority import Limits
from sila.work.approvals.kinds import ApprovalKind, Approver, Facts, kind_of
from sila.work.approvals.models import Approval, AuthorityLimit

State = Approval.State
NOTE = Field(
    "approval_note", KINDS["longtext"], gettext_lazy("Why? (for who approves)"), max_length=500
)  # of what a dialog asks with it


# ---- what other verbs ask ------------------------------------------------------------------------------
def needed(kind: str, record: Record, facts: Facts, by: Actor) -> bool:
    """Whether the actor must have approval for this: it wants one, and is beyond what they decide by themselves."""
    declared = _declared(kind)
    if not (declared.wanted(record, facts) if declared.wanted else authority.is_limited(declared.limited_by)):
        return False
    return not authority.within(declared.limited_by, declared.measure(facts), by)


def granted(kind: str, record: Record, facts: Facts) -> bool:
    """Whether exactly this was approved. Of other facts nothing is known."""
    rows = Approval.objects.filter(record_id=record.id, kind=kind, state=State.APPROVED)
    return rows.filter(fingerprint=fingerprint(facts)).exists()


def waiting(kind: str, record: Record) -> Approval | None:
    """The request of this kind that nobody has decided yet."""
    found: Approval | None = Approval.objects.filter(
        record_id=record.id, kind=kind, state=State.WAITING
    ).first()
    return found


def fingerprint(facts: Facts) -> str:
    told = {name: value for name, value in facts.items() if name != "said"}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def want(kind: str, record: Record, facts: Facts, by: Actor, error: str) -> None:
    """For a verb that may need it. Raises Wanting, which asks for the approval in its place, Invalid while that waits, and
    of a record that is not there yet; nothing where it is not needed, or granted."""
    if not needed(kind, record, facts, by) or granted(kind, record, facts):
        return
    if record._state.adding:
        raise Invalid({"": error})
    earlier = waiting(kind, record)
    if earlier and earlier.fingerprint == fingerprint(facts):
        raise Invalid({"": _("Approval for this has been asked for already.")})

    def supply(values: dict[str, Any], *, by: Actor) -> str:
        ask(kind, record, facts, by=by, note=values.get(NOTE.name) or "")
        return _("Approval has been asked for.")

    raise Wanting({"": error}, title=error, submit=_("Ask for approval"), fields=(NOTE,), supply=supply)


# ---- verbs ---------------------------------------------------------------------------------------------
@transaction.atomic
def ask(kind: str, record: Record, facts: Facts, *, by: Actor, note: str = "") -> Approval:
    """Put it to whom the kind says. What waits for other facts of the same kind is withdrawn. Raises Invalid where
    the same is asked already, or nobody else could decide it."""
    declared = _declared(kind)
    noun = registry[declared.noun]
    record = records.get(noun, record.id, by=by, lock=True)
    if not by.may(noun.slug, "edit", record):
        raise NotAllowed
    earlier = waiting(kind, record)
    if earlier and earlier.fingerprint == fingerprint(facts):
        raise Invalid({"": _("Approval for this has been asked for already.")})
    if earlier:
        _decide(earlier, State.WITHDRAWN, by, "", "approval_withdrawn")
    asked = declared.approvers(record, facts)
    if not deciders(declared, asked, facts) - {by.member_id}:
        raise Invalid({"": _("There is nobody who could approve this.")})
    approval: Approval = Approval.objects.create(
        kind=kind,
        entity=noun.slug,
        record_id=record.id,
        title=noun.title_of(record)[:200],
        facts=facts,
        fingerprint=fingerprint(facts),
        note=note[:500],
        asked_by_id=by.member_id,
        approver_id=asked.member,
        role_id=asked.role,
    )
    _tell(approval, "approval_asked", by, note[:500])
    return approval


@transaction.atomic
def approve(approval: Approval, *, by: Actor, note: str = "") -> Approval:
    """Yes to exactly what was asked, and what that brings about, as far as it still can."""
    approval = _to_decide(approval, by)
    _decide(approval, State.APPROVED, by, note, "approval_given")
    declared = _declared(approval.kind)
    if declared.approved:
        record = registry[approval.entity].rows().filter(id=approval.record_id).first()
        if record is not None:
            declared.approved(record, approval.facts, by=by)
    return approval


@transaction.atomic
def refuse(approval: Approval, *, by: Actor, note: str = "") -> Approval:
    """No, and why: whoever asked is to know."""
    approval = _to_decide(approval, by)
    if not note.strip():
        raise Invalid({"note": _("Say why you refuse.")})
    return _decide(approval, State.REFUSED, by, note, "approval_refused")


@transaction.atomic
def withdraw(approval: Approval, *, by: Actor) -> Approval:
    """Whoever asked needs no answer any more."""
    approval = _locked(approval, by)
    if approval.asked_by_id != by.member_id:
        raise NotAllowed(_("Only who asked can withdraw it."))
    return _decide(approval, State.WITHDRAWN, by, "", "approval_withdrawn")


# ---- who decides ---------------------------------------------------------------------------------------
def may_decide(approval: Approval, by: Actor, known: Limits | None = None) -> bool:
    """Nobody decides what they asked for themselves; administrators decide the rest. `known`: see Limits."""
    if by.member_id is None or by.read_only or approval.asked_by_id == by.member_id:
        return False
    declared = kind_of(approval.kind)
    if declared is None:
        return False
    if by.policy.admin or approval.approver_id == by.member_id:
        return True
    if approval.role_id:
        return approval.role_id in by.policy.roles
    measure = declared.measure(approval.facts)
    return approval.approver_id is None and authority.within(declared.limited_by, measure, by, known)


def deciders(declared: ApprovalKind, asked: Approver, facts: Facts) -> set[UUID | None]:
    """The members who can decide it."""
    found: set[UUID | None] = set(authority.administrators())
    if asked.member:
        return found | {asked.member}
    roles = (
        {asked.role} if asked.role else authority.roles_within(declared.limited_by, declared.measure(facts))
    )
    return found | authority.holders(roles)


def for_me(by: Actor) -> QuerySet[Approval]:
    """What may wait for the actor's decision, the oldest first: `may_decide` tells of each."""
    rows: QuerySet[Approval] = Approval.objects.filter(state=State.WAITING).exclude(asked_by_id=by.member_id)
    if not by.policy.admin:
        roles = by.policy.roles
        kinds = AuthorityLimit.objects.filter(role_id__in=roles, deleted_at=None).values("kind")
        anybody = Q(approver_id=None, role_id=None, kind__in=kinds)
        rows = rows.filter(Q(approver_id=by.member_id) | Q(role_id__in=roles) | anybody)
    return rows.order_by("id")


# ---- steps ---------------------------------------------------------------------------------------------
def _declared(kind: str) -> ApprovalKind:
    declared = kind_of(kind)
    if declared is None:
        raise Invalid({"kind": _("There is no such kind of approval.")})
    return declared


def _locked(approval: Approval, by: Actor) -> Approval:
    """As it is now, if the actor sees the record that it is about, and it still waits."""
    now: Approval | None = records.locked(Approval.objects.filter(id=approval.id)).first()
    if now is None:
        raise NotFound
    records.get(registry[now.entity], now.record_id, by=by)
    if now.state != State.WAITING:
        raise Invalid({"": _("This was decided already: %(state)s.") % {"state": State(now.state).label}})
    return now


def _to_decide(approval: Approval, by: Actor) -> Approval:
    now = _locked(approval, by)
    if now.asked_by_id == by.member_id:
        raise NotAllowed(_("Nobody approves what they have asked for themselves."))
    if not may_decide(now, by):
        raise NotAllowed
    return now


def _decide(approval: Approval, state: str, by: Actor, note: str, event: str) -> Approval:
    approval.state, approval.answer = state, note[:500]
    approval.decided_by_id, approval.decided_at = by.member_id, clock.now()
    approval.save(force_update=True)
    _tell(approval, event, by, note[:500])
    return approval


def _tell(approval: Approval, kind: str, by: Actor, text: str) -> None:
    log.record(
        kind,
        by=by,
        entity=approval.entity,
        record_id=approval.record_id,
        title=approval.title,
        approval=str(approval.id),
        asked_by=str(approval.asked_by_id or ""),
        text=text,
    )
