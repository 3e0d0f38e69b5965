"""Whom to visit, and why: nobody has been in touch for long, a follow-up is late, and what higher apps know besides."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.parties.locating import SLUGS
from sila.parties.models import Party
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit.dates import midnight
from sila.platform.kit.text import isolate
from sila.work import reading
from sila.work.models import Activity, ActivityLink
from sila.work.visits.models import VisitCheck

SHOWN = 40
READ = 200  # of each reason
TOUCHES = (Activity.Kind.CALL, Activity.Kind.MEETING, Activity.Kind.VISIT)


@dataclass(frozen=True)
class Asked:
    """Customers of one member in an area, and the day that is planned."""

    customers: QuerySet[Any]
    member_id: UUID
    day: date
    quiet_days: int
    context: Context


@dataclass(frozen=True)
class Reason:
    """Why a customer is worth a visit. The higher the `weight`, the nearer to the top."""

    party_id: UUID
    text: str
    icon: str
    weight: int
    url: str = ""


Source = Callable[[Asked], Iterable[Reason]]
sources: list[Source] = []


@dataclass
class Candidate:
    party: Party
    reasons: list[Reason]

    @property
    def weight(self) -> int:
        return sum(reason.weight for reason in self.reasons)


def candidates(asked: Asked, without: Iterable[UUID]) -> list[Candidate]:
    """Those with the weightiest reasons first; who is on the day already is left out."""
    passed, reasons = set(without), dict[UUID, list[Reason]]()
    for source in sources:
        for reason in source(asked):
            if reason.party_id not in passed:
                reasons.setdefault(reason.party_id, []).append(reason)
    first = sorted(reasons, key=lambda each: (-sum(r.weight for r in reasons[each]), str(each)))[:SHOWN]
    rows = {party.id: party for party in asked.customers.filter(id__in=first)} if first else {}
    return [
        Candidate(rows[each], sorted(reasons[each], key=lambda r: -r.weight))
        for each in first
        if each in rows
    ]


def quiet(asked: Asked) -> Iterable[Reason]:
    """Customers and prospects to whom nobody has spoken for so many days."""
    reader = asked.context.reader
    since = midnight(asked.day - timedelta(days=asked.quiet_days), reader.tz)
    missed = VisitCheck.objects.filter(outcome=VisitCheck.Outcome.ABSENT).values("visit_id")
    touches = ActivityLink.objects.filter(
        entity__in=SLUGS,
        record_id=OuterRef("id"),
        activity__status=Activity.Status.DONE,
        activity__kind__in=TOUCHES,
        activity__deleted_at=None,
    ).exclude(activity_id__in=missed)
    last = touches.order_by().values("record_id").annotate(last=Max("activity__at")).values("last")
    ours = asked.customers.filter(
        lifecycle__in=(Party.Lifecycle.CUSTOMER, Party.Lifecycle.PROSPECT), organization_id=None
    )  # people are visited at their company
    rows = (
        ours.filter(created_at__lt=since)
        .annotate(last=Subquery(last))
        .filter(Q(last=None) | Q(last__lt=since))
    )
    for row in rows.order_by(F("last").asc(nulls_last=True), "id").values("id", "last")[:READ]:
        yield _quiet(row["id"], row["last"], asked)


def _quiet(party_id: UUID, last: datetime | None, asked: Asked) -> Reason:
    if last is None:
        return Reason(party_id, _("No contact yet"), "message-off", 20)
    days = (asked.day - last.astimezone(asked.context.reader.tz).date()).days
    text = ngettext("%(count)d day without contact", "%(count)d days without contact", days) % {"count": days}
    return Reason(party_id, text, "message-off", 20 + min(days, 365) // 12)


def late(asked: Asked) -> Iterable[Reason]:
    """A call, task or meeting about them that is open although its time is over."""
    actor, reader = asked.context.actor, asked.context.reader
    rows = (
        registry["activities"]
        .visible_to(actor)
        .filter(
            owner_id=asked.member_id,
            status=Activity.Status.OPEN,
            at__lt=min(reader.now, midnight(asked.day, reader.tz)),
        )
    )
    found = {each.id: each for each in rows.order_by("-at")[:READ]}
    links = ActivityLink.objects.filter(activity_id__in=found, entity__in=SLUGS)
    told: set[UUID] = set()
    for activity_id, party_id in links.values_list("activity_id", "record_id"):
        if party_id not in told:
            told.add(party_id)
            yield _late(party_id, found[activity_id], asked)


def _late(party_id: UUID, activity: Activity, asked: Asked) -> Reason:
    context = asked.context
    days = max(0, (asked.day - reading.day_of(activity, context.reader)).days)
    title = isolate(reading.title(activity, context.actor))
    text = ngettext("%(title)s: %(count)d day late", "%(title)s: %(count)d days late", days)
    url = registry[f"{activity.kind}s"].url(context.reader.slug, activity.id)
    return Reason(
        party_id, text % {"title": title, "count": days}, "clock-exclamation", 40 + min(days, 30), url
    )


sources += [late, quiet]
