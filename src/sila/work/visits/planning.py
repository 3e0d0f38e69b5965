"""Verbs of a day of visits: put customers into it, bring it into the order of the way, change that by hand."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from sila.parties.duplicates import SLUGS
from sila.parties.locating import spots_of
from sila.parties.models import Party
from sila.parties.rules import address_line
from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit.coordinates import Spot, spot_of
from sila.platform.kit.dates import moments
from sila.platform.kit.route import shortest
from sila.platform.kit.text import isolate
from sila.work.actions import plan, reschedule
from sila.work.models import Activity, ActivityLink
from sila.work.visits.day import Span, Stop, on_day, span_of, stops_of
from sila.work.visits.habits import habits_of

MOST = 50  # visits that are planned at once


@dataclass(frozen=True)
class Hours:
    """When the day begins and ends, how long a visit takes and how long the way to the next one, in minutes."""

    start: time
    end: time
    minutes: int
    between: int


@dataclass
class Planned:
    """What became of those who were ticked; names of whom no visit was planned for."""

    made: list[Activity] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)


class Room:
    """The free time of a day, taken up from its beginning."""

    def __init__(self, begin: datetime, hours: Hours, busy: list[Span]) -> None:
        self.at, self.way = begin, timedelta(minutes=hours.between)
        self.busy = sorted(busy)

    def take(self, length: timedelta) -> Span:
        """The next stretch so long that nothing else lies in it, with the way before and after."""
        start = self.at
        for begin, end in self.busy:
            if begin < start + length + self.way and start < end + self.way:
                start = end + self.way
        self.at = start + length + self.way
        return start, start + length


@transaction.atomic
def plan_visits(ids: Collection[UUID], *, owner: Member, day: date, hours: Hours, by: Actor) -> Planned:
    """Visits to these customers, one after the other on the shortest way, between what the owner has on that day. Who has a
    visit on the day already gets none, and nobody what would end after the day. Raises Invalid, NotAllowed."""
    _check(ids, day, hours, owner, by)
    parties = list(records.locked(registry["parties"].visible_to(by).filter(id__in=ids)).order_by("id"))
    taken = _visited(day, [party.id for party in parties], by)
    done = Planned(already=[party.name for party in parties if party.id in taken])
    fresh = [party for party in parties if party.id not in taken]
    zone = ZoneInfo(by.workspace.timezone)
    busy = [span_of(each) for each in on_day(day, owner.id, by.with_all_rights(by.via))]
    room = Room(datetime.combine(day, hours.start, tzinfo=zone), hours, busy)
    until = datetime.combine(day, hours.end, tzinfo=zone)
    for party in _in_order(fresh, spot_of(habits_of(owner.id).office), by):
        start, end = room.take(timedelta(minutes=hours.minutes))
        if end > until:
            done.late.append(party.name)
        else:
            done.made.append(_visit(party, start, end, owner, by))
    return done


def _check(ids: Collection[UUID], day: date, hours: Hours, owner: Member, by: Actor) -> None:
    if not by.policy.allows("visits", "create", owner=owner.id, unit=owner.unit_id) or by.read_only:
        raise NotAllowed(_("You may not add records for this owner or unit."))
    if not ids:
        raise Invalid({"": _("Tick whom to visit first.")})
    if len(ids) > MOST:
        raise Invalid({"": _("That is too many: add %(most)d at most.") % {"most": MOST}})
    if hours.end <= hours.start:
        raise Invalid({"end": _("The day ends after it begins.")})
    if not (5 <= hours.minutes <= 480 and 0 <= hours.between <= 480):
        raise Invalid({"minutes": _("A visit takes 5 to 480 minutes.")})


def _visited(day: date, ids: list[UUID], by: Actor) -> set[UUID]:
    """Who has a visit on that day, whoever makes it."""
    first, last = moments(day, day, ZoneInfo(by.workspace.timezone))
    links = ActivityLink.objects.filter(
        entity__in=SLUGS.values(),
        record_id__in=ids,
        activity__kind=Activity.Kind.VISIT,
        activity__at__gte=first,
        activity__at__lt=last,
        activity__deleted_at=None,
    )
    return set(links.exclude(activity__status="cancelled").values_list("record_id", flat=True))


def _in_order(parties: list[Party], office: Spot | None, by: Actor) -> list[Party]:
    """On the shortest way; whose place is not known comes at the end, by name."""
    spots = spots_of([party.id for party in parties], by)
    placed = [party for party in parties if party.id in spots]
    order = shortest([spots[party.id] for party in placed], office)
    rest = sorted((party for party in parties if party.id not in spots), key=lambda party: party.name_fold)
    return [*(placed[place] for place in order), *rest]


def _visit(party: Party, start: datetime, end: datetime, owner: Member, by: Actor) -> Activity:
    subject = _("Visit: %(name)s") % {"name": isolate(party.name)}
    slug = SLUGS[party.kind]
    seen = registry[slug].readable(by).keys()
    parts = {name: getattr(party, name) for name in ("street", "district", "city") if name in seen}
    fixed = {"starts_at": start, "ends_at": end, "location": address_line(parts)[:200], "owner_id": owner.id}
    return plan("visit", {"subject": subject[:200]}, by=by, about=[(slug, party.id)], **fixed)


@transaction.atomic
def shorten(day: date, owner: Member, *, by: Actor) -> int:
    """Bring the open visits of the day into the order of the shortest way, between all else. How many have another time."""
    all_day = on_day(day, owner.id, by.with_all_rights(by.via))
    stops = [stop for stop in stops_of(on_day(day, owner.id, by), by) if _moves(stop, by)]
    if len(stops) < 2:
        return 0
    habits = habits_of(owner.id)
    moving = {stop.visit.id for stop in stops}
    busy = [span_of(each) for each in all_day if each.id not in moving]
    hours = Hours(habits.start_at, habits.end_at, habits.minutes, habits.between)
    room = Room(span_of(stops[0].visit)[0], hours, busy)
    moved = 0
    for stop in _by_way(stops, spot_of(habits.office)):
        begin, end = span_of(stop.visit)
        start, _end = room.take(end - begin)
        if start != begin:
            reschedule(stop.visit, by=by, to=start)
            moved += 1
    return moved


def _moves(stop: Stop, by: Actor) -> bool:
    return stop.visit.status == Activity.Status.OPEN and by.may("visits", "edit", stop.visit)


def _by_way(stops: list[Stop], office: Spot | None) -> list[Stop]:
    placed = [stop for stop in stops if stop.spot]
    order = shortest([stop.spot for stop in placed if stop.spot], office)
    return [*(placed[place] for place in order), *(stop for stop in stops if not stop.spot)]


@transaction.atomic
def swap(visit: Activity, *, up: bool, by: Actor) -> bool:
    """Change places with the visit before (or after) it on its day; both keep their length. Whether there was one."""
    visit = records.get(registry["visits"], visit.id, by=by, lock=True)
    if not by.may("visits", "edit", visit):
        raise NotAllowed
    if visit.status != Activity.Status.OPEN or visit.starts_at is None or visit.owner_id is None:
        raise Invalid({"": _("This is not open any more.")})
    day = visit.starts_at.astimezone(ZoneInfo(by.workspace.timezone)).date()
    rows = [each for each in on_day(day, visit.owner_id, by) if each.kind == Activity.Kind.VISIT]
    open_ones = [each for each in rows if each.status == Activity.Status.OPEN]
    place = next(number for number, each in enumerate(open_ones) if each.id == visit.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(open_ones):
        return False
    first, second = open_ones[min(place, other)], open_ones[max(place, other)]
    (begin, end), (since, until) = span_of(first), span_of(second)
    reschedule(second, by=by, to=begin)
    reschedule(first, by=by, to=max(until - (end - begin), begin + (until - since)))
    return True
