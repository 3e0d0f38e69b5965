"""Verbs of call lists: add numbers, take the next one, say what came of the call."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sila.parties.duplicates import SLUGS
from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.text import isolate
from sila.sales.calling.models import CallList, CallListEntry, CallOutcome, DoNotCall
from sila.sales.calling.rules import ENTRIES, SLUG, why_not
from sila.work import actions as work

State, Effect = CallListEntry.State, CallOutcome.Effect
HELD = timedelta(minutes=15)  # so long a number is somebody's, unless they say what came of it
MOST = 5_000  # records that are added at once
LOOKED_AT = 200  # numbers that are passed over, before one says that there is none
LINKS = {"people": "party", "organizations": "party", "groups": "party", "leads": "lead"}


# ---- who is on it --------------------------------------------------------------------------------------
@transaction.atomic
def add_records(call_list: CallList, slug: str, ids: Iterable[UUID], *, by: Actor) -> int:
    """Put people, companies or leads on the list that the actor sees; who is there already stays as they are. How many
    are new."""
    call_list = records.get(registry[SLUG], call_list.id, by=by, lock=True)
    if not by.may(SLUG, "edit", call_list):
        raise NotAllowed
    link = LINKS.get(slug)
    if link is None:
        raise Invalid({"": _("Only people, companies and leads can be called.")})
    rows = registry[slug].visible_to(by).filter(id__in=list(ids)[: MOST + 1])
    known = set(
        CallListEntry.objects.filter(call_list_id=call_list.id, deleted_at=None).values_list(
            f"{link}_id", flat=True
        )
    )
    fresh = [row for row in rows.order_by("id").values("id", "name") if row["id"] not in known]
    if len(fresh) > MOST:
        raise Invalid({"": _("That is too many: add %(most)d at most.") % {"most": MOST}})
    CallListEntry.objects.bulk_create(
        CallListEntry(call_list_id=call_list.id, name=row["name"][:200], **{f"{link}_id": row["id"]})
        for row in fresh
    )
    if fresh:
        log.record(
            "numbers_added",
            by=by,
            entity=SLUG,
            record_id=call_list.id,
            title=call_list.name,
            text=str(len(fresh)),
        )
    return len(fresh)


# ---- the next number -----------------------------------------------------------------------------------
def held(call_list: CallList, *, by: Actor) -> CallListEntry | None:
    """The number of the list that the actor has in hand."""
    rows = _of(call_list).filter(
        held_by_id=by.member_id, held_until__gt=clock.now(), state__in=CallListEntry.OPEN
    )
    return rows.first() if by.member_id else None


def take_next(call_list: CallList, *, by: Actor) -> CallListEntry | None:
    """The next number that may be called: who is to be called back first, then who waits longest. It is the actor's for
    a while; two who ask at once never get the same. None when there is none."""
    call_list = callable_list(call_list.id, by)
    mine = held(call_list, by=by)
    if mine is not None:
        return mine
    passed: list[UUID] = []
    for _try in range(LOOKED_AT):
        entry = _first(call_list, passed)
        if entry is None:
            return None
        passed.append(entry.id)
        if _is_seen(entry, by) and _may_be_called(entry) and _hold(entry, by):
            return CallListEntry.objects.select_related("party", "lead", "call_list").get(id=entry.id)
    return None


def callable_list(list_id: UUID, by: Actor) -> CallList:
    """Whoever sees a list that is in use, and may log calls, calls from it. Raises NotFound, NotAllowed, Invalid."""
    found: CallList = records.get(registry[SLUG], list_id, by=by)
    if by.member_id is None or not by.can("calls", "create"):
        raise NotAllowed
    if not found.active:
        raise Invalid({"": _("This list is not in use any more.")})
    return found


def _of(call_list: CallList) -> Any:
    rows = CallListEntry.objects.filter(call_list_id=call_list.id, deleted_at=None)
    return rows.select_related("party", "lead", "call_list")


def _free() -> Q:
    return Q(held_until=None) | Q(held_until__lte=clock.now())


def _first(call_list: CallList, passed: list[UUID]) -> CallListEntry | None:
    rows = _of(call_list).filter(_free(), due_at__lte=clock.now()).exclude(id__in=passed)
    for state in (State.BACK, State.WAITING):
        found: CallListEntry | None = rows.filter(state=state).order_by("due_at", "id").first()
        if found is not None:
            return found
    return None


def _is_seen(entry: CallListEntry, by: Actor) -> bool:
    """Who may not open the person does not get their number either; somebody else will."""
    slug, record_id = about(entry)
    return bool(registry[slug].visible_to(by, trashed=True).filter(id=record_id).exists())


def _may_be_called(entry: CallListEntry) -> bool:
    if not (reason := why_not(entry)):
        return True
    still = CallListEntry.objects.filter(_free(), id=entry.id, state__in=CallListEntry.OPEN)
    still.update(state=State.BLOCKED, note=reason, updated_at=clock.now())
    return False


def _hold(entry: CallListEntry, by: Actor) -> bool:
    """One statement: of several who ask at once one gets it."""
    free = CallListEntry.objects.filter(
        _free(), id=entry.id, state=entry.state, due_at=entry.due_at, deleted_at=None
    )
    taken: int = free.update(held_by_id=by.member_id, held_until=clock.now() + HELD)
    return bool(taken)


def about(entry: CallListEntry) -> tuple[str, UUID]:
    if entry.lead_id is not None:
        return "leads", entry.lead_id
    return SLUGS[entry.party.kind], entry.party_id  # type: ignore[return-value]


@transaction.atomic
def let_go(entry: CallListEntry, *, by: Actor) -> None:
    """The number is free again, at the end of those that wait."""
    entry = _mine(entry, by)
    entry.held_by_id = entry.held_until = None
    if entry.state == State.WAITING:
        entry.due_at = clock.now()
    _save(entry)


# ---- what came of it -----------------------------------------------------------------------------------
@transaction.atomic
def say_outcome(
    entry: CallListEntry,
    outcome: UUID | None,
    *,
    by: Actor,
    note: str = "",
    callback_at: datetime | None = None,
) -> CallListEntry:
    """The call stands on the timeline of whoever was called, and the number goes where the outcome says."""
    entry = _mine(entry, by)
    said = CallOutcome.objects.filter(id=outcome, deleted_at=None).first()
    if said is None:
        raise Invalid({"outcome": _("Say what came of the call.")})
    if said.effect == Effect.BACK and (callback_at is None or callback_at <= clock.now()):
        raise Invalid({"callback_at": _("Choose a moment that is still to come.")})
    _log_call(entry, said, note, by)
    entry.attempts += 1
    entry.outcome_id, entry.note = said.id, note[:500]
    entry.held_by_id = entry.held_until = None
    _follow(entry, said, callback_at, by)
    _save(entry)
    return entry


def _follow(entry: CallListEntry, said: CallOutcome, callback_at: datetime | None, by: Actor) -> None:
    entry.state = State.DONE
    if said.effect == Effect.BACK and callback_at is not None:
        entry.state, entry.due_at = State.BACK, callback_at
    elif said.effect == Effect.AGAIN:
        over = entry.attempts >= entry.call_list.most_attempts
        entry.state = State.UNREACHED if over else State.WAITING
        entry.due_at = clock.now() + timedelta(hours=entry.call_list.retry_hours)
    elif said.effect == Effect.NEVER:
        _never_again(entry, said, by)


def _never_again(entry: CallListEntry, said: CallOutcome, by: Actor) -> None:
    phone = phone_of(entry)
    if not phone or DoNotCall.objects.filter(phone=phone, deleted_at=None).exists():
        return
    values = {"name": entry.name, "phone": phone, "reason": f"{said.name} – {entry.call_list.name}"[:300]}
    records.create(registry["do-not-call"], values, by=by.with_all_rights(by.via))


def phone_of(entry: CallListEntry) -> str:
    return str((entry.lead if entry.lead_id is not None else entry.party).phone)


def _log_call(entry: CallListEntry, said: CallOutcome, note: str, by: Actor) -> None:
    subject = _("Call: %(name)s") % {"name": isolate(entry.name)}
    values = {"subject": subject[:200], "body": note, "direction": "out"}
    work.log("call", values, by=by, about=[about(entry), (SLUG, entry.call_list_id)], outcome=str(said))


def _mine(entry: CallListEntry, by: Actor) -> CallListEntry:
    """Locked, and still in the actor's hand. Raises NotFound, and Invalid for a number that is somebody else's now."""
    row = records.locked(CallListEntry.objects.filter(id=entry.id, deleted_at=None)).first()
    if row is None or not registry[ENTRIES].visible_to(by).filter(id=entry.id).exists():
        raise NotFound
    callable_list(row.call_list_id, by)
    if row.held_by_id != by.member_id or row.state not in CallListEntry.OPEN:
        raise Invalid({"": _("This number is not in your hand any more: take the next one.")})
    found: CallListEntry = row
    return found


def _save(entry: CallListEntry) -> None:
    entry.version += 1
    entry.updated_at = clock.now()
    entry.save(force_update=True)
