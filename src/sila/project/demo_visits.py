"""Sample days of visits: one that was made, with what came of each, and one that is still to be made."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sila.platform.access.actor import Actor
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.coordinates import spot_of
from sila.work.models import Activity
from sila.work.visits.checking import check_in, check_out
from sila.work.visits.habits import set_habits
from sila.work.visits.planning import Hours, plan_visits

OFFICE = "24.69480, 46.68300"
HOURS = Hours(time(9), time(17), 45, 15)
SAID = (  # what came of it, the note, and what is next
    ("met", "راجعنا العقد، ويريدون زيادة الكمية", "إرسال عرض الكمية الجديدة"),
    ("ordered", "طلبية متكررة بالأسعار نفسها", ""),
    ("absent", "المدير في إجازة حتى الأحد", "اتصال لتحديد موعد جديد"),
    ("met", "شكوى من تأخر التوريد، ووعدتهم بمتابعة المستودع", "متابعة موعد التوريد مع المستودع"),
)


def add_visits(actors: Mapping[str, Actor], now: datetime) -> None:
    by = actors["noura"]
    zone = ZoneInfo(by.workspace.timezone)
    today = now.astimezone(zone).date()
    set_habits(
        by=by,
        start_at=HOURS.start,
        end_at=HOURS.end,
        minutes=HOURS.minutes,
        between=HOURS.between,
        quiet_days=45,
        office=OFFICE,
        keeps_place=True,
    )
    rows = registry["organizations"].rows().filter(owner_id=by.member_id, city="الرياض").order_by("id")
    here = list(rows.exclude(coordinates="")[:8])
    if not here or by.member is None:
        return
    _made(here[:5], _working_day(today - timedelta(days=1), by), by, zone)
    if not here[5:]:
        return
    with clock.at(now - timedelta(days=1)):
        plan_visits([each.id for each in here[5:]], owner=by.member, day=today, hours=HOURS, by=by)


def _working_day(day: date, by: Actor) -> date:
    """That day, or the last one before it on which people work."""
    while len(by.workspace.weekend) < 7 and day.weekday() in by.workspace.weekend:
        day -= timedelta(days=1)
    return day


def _made(customers: list[Any], day: date, by: Actor, zone: ZoneInfo) -> None:
    """All but the last, who was not reached before the evening."""
    assert by.member is not None
    morning = datetime.combine(day, time(7), tzinfo=zone)
    with clock.at(morning):
        planned = plan_visits([each.id for each in customers], owner=by.member, day=day, hours=HOURS, by=by)
    spots = {link.activity_id: link.record_id for visit in planned.made for link in visit.links.all()}
    places = {each.id: spot_of(each.coordinates) for each in customers}
    for visit, (outcome, note, following) in zip(planned.made, SAID, strict=False):
        with clock.at(visit.starts_at + timedelta(minutes=4)):
            check_in(visit, by=by, place=places[spots[visit.id]], accuracy=18)
        with clock.at(visit.starts_at + timedelta(minutes=38)):
            when = visit.starts_at + timedelta(days=3) if following else None
            check_out(
                Activity.objects.get(id=visit.id),
                by=by,
                outcome=outcome,
                note=note,
                next_kind="task",
                next_subject=following,
                next_when=when,
            )
