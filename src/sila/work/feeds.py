"""A member's calendar as an ICS feed, behind an address that only they know."""

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from icalendar import Calendar, Event, vRecur

from sila.platform.access.actor import Actor
from sila.platform.access.links import digest
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.kit import clock
from sila.platform.tenancy.current import current, scope
from sila.platform.tenancy.models import Workspace
from sila.work import reading
from sila.work.marked import in_feed
from sila.work.models import Activity, Feed

PAST = timedelta(days=90)
LIMIT = 2000


@transaction.atomic
def open_feed(*, by: Actor) -> str:
    """A new address for the member's feed, shown this once. The one before it ends."""
    if by.member_id is None:
        raise NotAllowed
    secret = secrets.token_urlsafe(24)
    Feed.objects.filter(member_id=by.member_id).delete()
    Feed.objects.create(member_id=by.member_id, secret_hash=digest(secret), created_at=clock.now())
    return f"/feed/{current().pk.hex}.{secret}.ics"


def close_feed(*, by: Actor) -> None:
    Feed.objects.filter(member_id=by.member_id).delete()


def feed_of_token(token: str) -> bytes | None:
    """The calendar behind an address; None if it is not, or no longer, good."""
    tenant, _dot, secret = token.partition(".")
    try:
        workspace = Workspace.objects.filter(pk=UUID(hex=tenant)).first()
    except ValueError:
        return None
    if workspace is None:
        return None
    with scope(workspace):
        feed = Feed.objects.filter(secret_hash=digest(secret)).select_related("member").first()
        if feed is None or not feed.member.active or feed.member.deleted_at:
            return None
        return write(feed.member, workspace)


def write(member: Member, workspace: Workspace) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Sila//Work//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{workspace.name}: {member.name}")
    calendar.add("x-wr-timezone", workspace.timezone)
    actor = Actor.of(workspace, member)
    for activity in reading.my_days(actor).filter(at__gte=clock.now() - PAST).order_by("at")[:LIMIT]:
        calendar.add_component(_event(activity, actor))
    context = Context(actor, Reader.of(workspace, member.user))
    for entity, by, row, at in in_feed(clock.now().date() - PAST, context):
        calendar.add_component(_date(f"{row['id']}-{by.name}", f"{by.label}: {entity.title_of(row)}", at))
    return bytes(calendar.to_ical())


def _date(name: str, summary: str, at: date | datetime) -> Event:
    """A date of a record, as a whole day; a moment at its hour."""
    event = Event()
    event.add("uid", f"{name}@sila")
    event.add("dtstamp", clock.now())
    event.add("summary", summary)
    event.add("dtstart", at)
    if isinstance(at, datetime):
        event.add("dtend", at + timedelta(minutes=30))
    event.add("transp", "TRANSPARENT")
    return event


def _event(activity: Activity, actor: Actor) -> Event:
    event = Event()
    event.add("uid", f"{activity.id}@sila")
    event.add("dtstamp", activity.updated_at)
    event.add("summary", reading.title(activity, actor))
    if activity.all_day:
        event.add("dtstart", activity.at.date())
    else:
        event.add("dtstart", activity.at)
        ends = activity.ends_at if reading.is_open(activity.kind, "ends_at", actor) else None
        event.add("dtend", ends or activity.at + timedelta(minutes=30))
    for name, field in (("location", "location"), ("description", "body")):
        if value := reading.said(activity, field, actor):
            event.add(name, value)
    if reading.said(activity, "rrule", actor) and activity.status == Activity.Status.OPEN:
        event.add("rrule", vRecur.from_ical(activity.rrule))
    event.add("status", "CONFIRMED")
    return event
