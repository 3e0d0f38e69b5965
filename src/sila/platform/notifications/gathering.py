"""From the event log to what each member is told. The log is read with a cursor; verbs know nothing of it.

What is told and how far the log is read are one transaction, so a killed worker tells nothing twice.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.activity.looks import in_each_workspace
from sila.platform.activity.models import Event
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit.ids import uuid7_at
from sila.platform.notifications.kinds import Batch, Kind, Told, kinds, quotes
from sila.platform.notifications.models import Cursor, Follow, Notification
from sila.platform.notifications.preferences import Wishes, wishes_of
from sila.platform.tenancy.models import Workspace

LIMIT = 2_000  # events in one go
ROUNDS = 25  # goes in one look: an import writes thousands of events
SETTLED = timedelta(minutes=1)  # an event of a longer transaction may come up among those already read
FIRST_LOOK = timedelta(hours=1)  # how far back it looks in a workspace that it has not seen
TOGETHER = timedelta(minutes=30)  # changes to one record within it are one notification
MOST_TOGETHER = 20
MANY = 5  # records of one bulk change that are told one by one
QUIET_DOORS = ("import", "demo")  # thousands of records come in by these
TOLD_ANYWAY = ("import ended",)
log = logging.getLogger(__name__)


def gather_everyone() -> None:
    """Looked at every few seconds."""
    in_each_workspace(gather)


def gather(workspace: Workspace) -> int:
    """Tell what has happened since the last time. How many notifications that made. Call it in the scope."""
    told = 0
    for _round in range(ROUNDS):
        number, more = _step(workspace)
        told += number
        if not more:
            break
    return told


def _step(workspace: Workspace) -> tuple[int, bool]:
    """Some events, in a transaction; whether there are more."""
    cursor = Cursor.objects.first()
    if cursor and not Event.objects.filter(id__gt=cursor.after).exclude(id__in=cursor.seen).exists():
        return 0, False
    with transaction.atomic():
        cursor = _held() or _begin(timezone.now() - FIRST_LOOK)
        newer = Event.objects.filter(id__gt=cursor.after).order_by("id")
        rows = list(newer.values_list("id", "kind", "via")[:LIMIT])
        fresh = [
            record_id
            for record_id, kind, via in rows
            if str(record_id) not in cursor.seen and (via not in QUIET_DOORS or kind in TOLD_ANYWAY)
        ]
        _move_on(cursor, [row[0] for row in rows])
        events = list(Event.objects.filter(id__in=fresh).order_by("id")) if fresh else []
        number = _tell_all(events, Actor.system(workspace, "job"))
    return number, len(rows) == LIMIT


def begin_here() -> None:
    """What has happened so far is told to nobody: sample data has a history of its own."""
    Cursor.objects.all().delete()
    _begin(timezone.now())


def _begin(moment: datetime) -> Cursor:
    return Cursor.objects.create(after=uuid7_at(moment))


def _held() -> Cursor | None:
    """The cursor, for us alone until the transaction ends."""
    rows = Cursor.objects.all()
    return (rows.select_for_update() if connection.vendor == "postgresql" else rows).first()


def _move_on(cursor: Cursor, ids: list[UUID]) -> None:
    settled = uuid7_at(timezone.now() - SETTLED)
    past = [each for each in ids if each < settled]
    if len(ids) == LIMIT:  # a flood of events: they are not all kept in mind
        past = past if len(past) > LIMIT // 2 else ids[: LIMIT // 2]
    if past:
        cursor.after = past[-1]
    cursor.seen = [str(each) for each in ids if each > cursor.after]
    cursor.save()


def _tell_all(events: list[Event], by: Actor) -> int:
    """One that cannot be told is looked for and left out, for it would come up for ever and keep back all after it."""
    if not events:
        return 0
    try:
        with transaction.atomic():
            return tell(events, by)
    except OperationalError:  # not the fault of an event
        raise
    except Exception:
        if len(events) == 1:
            log.exception("the event %s is told to nobody", events[0].id)
            return 0
    half = len(events) // 2
    return _tell_all(events[:half], by) + _tell_all(events[half:], by)


def tell(events: list[Event], by: Actor) -> int:
    """Write what these events tell whom."""
    batch = Batch(events)
    found: dict[tuple[UUID, UUID], tuple[Kind, Told]] = {}
    for kind in kinds():
        for told in kind.find(batch):
            if kind.own or told.event.member_id != told.member:
                found.setdefault((told.quoted or told.event.id, told.member), (kind, told))
    members = {told.member for _kind, told in found.values()} | {row[0] for row in batch.commented}
    wishes = wishes_of(by, members)
    _follow_commented(batch, wishes)
    seats = {
        member.id: member for member in Member.objects.filter(id__in=members, active=True, deleted_at=None)
    }
    mine: dict[UUID, list[tuple[Kind, Told]]] = defaultdict(list)
    for kind, told in found.values():
        if told.member in seats and _wanted(kind, told, wishes[told.member]):
            mine[told.member].append((kind, told))
    return sum(
        _write(_may_know(each, Actor.of(by.workspace, seats[member], "job")), wishes[member])
        for member, each in mine.items()
    )


def _wanted(kind: Kind, told: Told, wishes: Wishes) -> bool:
    if (
        told.reasons
        and "chosen" not in told.reasons
        and not any(wishes.follows.get(each) for each in told.reasons)
    ):
        return False
    channel = wishes.channel(kind)
    return channel.bell or channel.mail != "none"


def _follow_commented(batch: Batch, wishes: dict[UUID | None, Wishes]) -> None:
    """Who writes on a record follows it from then on, unless they have said that they do not."""
    rows = [
        Follow(member_id=member, entity=slug, record_id=record_id)
        for member, slug, record_id in dict.fromkeys(batch.commented)
        if wishes[member].follows["commented"]
    ]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


# ---- what a member may know --------------------------------------------------------------------------
def _may_know(pairs: list[tuple[Kind, Told]], actor: Actor) -> list[tuple[Kind, Told]]:
    """Those about records that the member sees now, and of which there is something to say."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for kind, told in pairs:
        if kind.of_record and told.record:
            wanted[told.entity].add(told.record)
    seen = {
        slug: set(
            registry[slug].visible_to(actor, trashed=True).filter(id__in=ids).values_list("id", flat=True)
        )
        for slug, ids in wanted.items()
        if slug in registry
    }
    read = quoted(
        {told.quoted for _kind, told in pairs if told.quoted}, Context(actor, Reader.of(actor.workspace))
    )
    return [
        (kind, told)
        for kind, told in pairs
        if not kind.of_record or (told.record in seen.get(told.entity, ()) and _open(told, actor, read))
    ]


def quoted(ids: set[UUID], context: Context) -> dict[UUID, str]:
    """The words of those records that the reader may see."""
    found: dict[UUID, str] = {}
    for source in quotes if ids else ():
        found |= source(context, ids)
    return found


def _open(told: Told, actor: Actor, read: dict[UUID, str]) -> bool:
    payload = told.event.payload
    if told.quoted and told.quoted not in read:
        return False
    if payload.get("only_for") is not None and str(told.member) not in payload["only_for"]:
        return False
    fields = {change["field"] for change in payload.get("changes", [])}
    if told.event.kind != "changed" or not fields:
        return True
    return bool(fields & registry[told.entity].readable(actor).keys())


# ---- writing -----------------------------------------------------------------------------------------
def _write(pairs: list[tuple[Kind, Told]], wishes: Wishes) -> int:
    """How many rows that made, or went on with."""
    many: dict[Any, list[tuple[Kind, Told]]] = defaultdict(list)
    for kind, told in pairs:
        bulk = told.event.via == "bulk" and kind.of_record
        many[(kind.key, told.entity, told.event.member_id) if bulk else told.event.id].append((kind, told))
    for each in many.values():
        if len(each) > MANY:
            _tell_many(each, wishes)
        else:
            for kind, told in each:
                _tell_one(kind, told, wishes)
    return sum(1 if len(each) > MANY else len(each) for each in many.values())


def _tell_many(pairs: list[tuple[Kind, Told]], wishes: Wishes) -> None:
    """Hundreds of records in one go are one notification with their number."""
    kind, told = pairs[0]
    row = _open_row(kind, told.member, told.entity, None, told.event.member_id, told.event.at)
    if row is None:
        row = _fresh(kind, told, wishes, record=None)
    row.data = {"count": row.data.get("count", 0) + len(pairs)}
    row.at = pairs[-1][1].event.at
    row.save()


def _tell_one(kind: Kind, told: Told, wishes: Wishes) -> None:
    event = told.event
    row = _open_row(kind, told.member, told.entity, told.record, event.member_id, event.at)
    if row is None or told.quoted:
        row = _fresh(kind, told, wishes, record=told.record)
    row.events = [*row.events, str(event.id)][-MOST_TOGETHER:]
    row.at = max(row.at, event.at)
    row.save()


def _open_row(
    kind: Kind, member: UUID, entity: str, record: UUID | None, by: UUID | None, at: datetime
) -> Notification | None:
    """The one that this goes on with: about the same, of the same, unread, not sent yet, and of just now."""
    same: Iterable[Any] = Notification.objects.filter(
        member_id=member,
        kind=kind.key,
        entity=entity,
        record_id=record,
        by_id=by,
        read_at=None,
        mailed_at=None,
    )
    return same.filter(at__gte=at - TOGETHER).order_by("-id").first()  # type: ignore[attr-defined]


def _fresh(kind: Kind, told: Told, wishes: Wishes, *, record: UUID | None) -> Notification:
    return fresh(
        kind,
        told.member,
        wishes,
        entity=told.entity,
        record_id=record,
        quoted=told.quoted,
        by_id=told.event.member_id,
        at=told.event.at,
        data={"event": told.event.kind} if not kind.of_record else {},
    )


def fresh(kind: Kind, member: UUID, wishes: Wishes, **values: Any) -> Notification:
    """A new one, with the ways that the member wants; not written yet."""
    channel = wishes.channel(kind)
    return Notification(
        member_id=member,
        kind=kind.key,
        bell=channel.bell,
        mail=channel.mail,
        mail_at=wishes.mail_at(kind, timezone.now()),
        **values,
    )
