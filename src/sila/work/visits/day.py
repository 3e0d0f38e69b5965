"""The visits of one member on one day, in the order in which they are made, with whom they lead to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sila.parties.locating import SLUGS, spots_of
from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.entities.registry import registry
from sila.platform.kit.coordinates import Spot
from sila.platform.kit.dates import moments
from sila.platform.kit.route import length
from sila.work.models import Activity, ActivityLink

SHOWN = 60
SHORT = timedelta(minutes=30)  # so long something without an end takes
Span = tuple[datetime, datetime]


@dataclass
class Stop:
    """A visit and whose it is; `party` is None where it leads to nobody whom the reader sees."""

    visit: Activity
    party: Party | None = None
    spot: Spot | None = None
    clashes: list[Activity] = field(default_factory=list)


def span_of(activity: Activity) -> Span:
    """From when to when somebody is busy with it."""
    start = activity.starts_at or activity.at
    assert start is not None  # it stands on a day
    return start, activity.ends_at or start + SHORT


def on_day(day: date, member_id: UUID, actor: Actor) -> list[Activity]:
    """What the member has at an hour of that day, as far as the actor sees it: one query."""
    first, last = moments(day, day, ZoneInfo(actor.workspace.timezone))
    rows = registry["activities"].visible_to(actor)
    rows = rows.filter(owner_id=member_id, at__gte=first, at__lt=last, all_day=False)
    rows = rows.exclude(kind__in=(Activity.Kind.NOTE, Activity.Kind.TASK))
    return list(rows.exclude(status=Activity.Status.CANCELLED).order_by("at", "id")[: 3 * SHOWN])


def stops_of(activities: Iterable[Activity], actor: Actor) -> list[Stop]:
    """The visits among them, with their customers and what else there is at that hour."""
    found = list(activities)
    visits = [each for each in found if each.kind == Activity.Kind.VISIT][:SHOWN]
    parties = customers_of([each.id for each in visits], actor)
    spots = spots_of({party.id for party in parties.values()}, actor)
    stops = []
    for visit in visits:
        party = parties.get(visit.id)
        clashes = [each for each in found if each is not visit and _clash(visit, each)]
        stops.append(Stop(visit, party, spots.get(party.id) if party else None, clashes))
    return stops


def _clash(one: Activity, other: Activity) -> bool:
    if Activity.Status.DONE in (one.status, other.status):
        return False
    (begin, end), (since, until) = span_of(one), span_of(other)
    return begin < until and since < end


def customers_of(visits: list[UUID], actor: Actor) -> dict[UUID, Party]:
    """Of each visit the company, person or group that it leads to, if the actor sees it."""
    links = ActivityLink.objects.filter(activity_id__in=visits, entity__in=SLUGS)
    chosen: dict[UUID, tuple[int, UUID]] = {}
    for activity_id, slug, record_id in links.values_list("activity_id", "entity", "record_id"):
        place = (SLUGS.index(slug), record_id)
        chosen[activity_id] = min(place, chosen.get(activity_id, place))
    wanted = {record_id for _place, record_id in chosen.values()}
    parties = registry["parties"].visible_to(actor).filter(id__in=wanted)
    seen: dict[UUID, Any] = {party.id: party for party in parties} if wanted else {}
    return {visit: seen[party_id] for visit, (_at, party_id) in chosen.items() if party_id in seen}


def kilometres(stops: Iterable[Stop], office: Spot | None) -> float:
    """Of the way through those whose place is known, as the crow flies."""
    return length([stop.spot for stop in stops if stop.spot], office)
