"""What a member has on which day: activities as they stand in a calendar, those that repeat on all days to come."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from sila.platform.entities.kinds import Context
from sila.platform.kit.dates import moments
from sila.platform.kit.recurrence import occurrences
from sila.work import reading
from sila.work.models import Activity

LIMIT = 1000
LONGEST = timedelta(days=31)  # what began earlier than this is not looked for
SHORTEST = timedelta(minutes=30)  # on the hour scale: room for a line of text
DAY = timedelta(days=1)
MIDNIGHT = 24 * 60  # the one that ends a day, in minutes


@dataclass(frozen=True)
class Entry:
    """One occurrence of an activity, by the reader's clock. `end` is `start` where it has no length."""

    activity: Activity
    start: datetime
    end: datetime

    @property
    def all_day(self) -> bool:
        """Also what lasts a day or more, and a task that is due on a day and not at an hour."""
        only_a_day = self.activity.kind == "task" and self.start.time() == time()
        return self.activity.all_day or self.end - self.start >= DAY or only_a_day

    @property
    def days(self) -> list[date]:
        last = max(self.start, self.end - timedelta(microseconds=1)).date()
        count = (last - self.start.date()).days
        return [self.start.date() + timedelta(days=number) for number in range(count + 1)]

    def minutes(self, day: date) -> tuple[int, int]:
        """From and to, in minutes of that day, and never too short to be read."""
        begin = _minute(self.start) if self.start.date() == day else 0
        until = _minute(self.end) if self.end.date() == day else MIDNIGHT
        return _readable(begin, until)

    @property
    def itself(self) -> bool:
        """Not one of the repetitions that are still to come."""
        return self.start == self.activity.at


def at_hour(moment: datetime) -> tuple[int, int]:
    """The same of a moment that has no length."""
    return _readable(_minute(moment), 0)


def _readable(begin: int, until: int) -> tuple[int, int]:
    shortest = SHORTEST.seconds // 60
    begin = min(begin, MIDNIGHT - shortest)
    return begin, max(until, begin + shortest)


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def diary(first: date, last: date, context: Context) -> dict[date, list[Entry]]:
    """My activities on each day, in order of time: two queries."""
    tz = context.reader.tz
    start, end = moments(first, last, tz)
    by_day: dict[date, list[Entry]] = {}
    for entry in sorted(_entries(start, end, context), key=lambda entry: entry.start):
        for day in entry.days:
            if first <= day <= last:
                by_day.setdefault(day, []).append(entry)
    return by_day


def _entries(start: datetime, end: datetime, context: Context) -> list[Entry]:
    tz, mine = context.reader.tz, reading.my_days(context.actor)
    repeating = [kind for kind in reading.KINDS if reading.is_open(kind, "rrule", context.actor)]
    reaching = Q(at__gte=start) | Q(at__gte=start - LONGEST, ends_at__gt=start)
    found = [_entry(activity, activity.at, context) for activity in _until(end, mine.filter(reaching))]
    for activity in _until(end, mine.filter(status="open", kind__in=repeating).exclude(rrule="")):
        between = (max(start, activity.at), end)
        for moment in occurrences(activity.rrule, activity.at, tz, between, limit=50):
            if moment != activity.at:
                found.append(_entry(activity, moment, context))
    return found


def _until(end: datetime, activities: QuerySet[Activity]) -> QuerySet[Activity]:
    return activities.filter(at__lt=end).order_by("at")[:LIMIT]


def _entry(activity: Activity, moment: datetime, context: Context) -> Entry:
    length = timedelta()
    if activity.starts_at and activity.ends_at and reading.is_open(activity.kind, "ends_at", context.actor):
        length = activity.ends_at - activity.starts_at
    start = moment.astimezone(context.reader.tz)
    return Entry(activity, start, (moment + length).astimezone(context.reader.tz))


def side_by_side(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """For spans in order of their beginning: the lane of each, and how many lanes its neighbours need together."""
    placed: list[tuple[int, int]] = []
    group: list[int] = []  # the lane of each of those that hang together
    ends: list[int] = []  # where each lane is free again
    for begin, end in spans:
        if ends and begin >= max(ends):
            placed += [(lane, len(ends)) for lane in group]
            group, ends = [], []
        lane = next((number for number, free in enumerate(ends) if free <= begin), len(ends))
        ends[lane : lane + 1] = [end]
        group.append(lane)
    return placed + [(lane, len(ends)) for lane in group]
