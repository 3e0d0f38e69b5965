"""Work in the notifications: what is written and planned on records that others own or follow, and what is due today."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit.numbers import format_number
from sila.platform.notifications import gathering
from sila.platform.notifications.kinds import Batch, Kind, Line, Told, declare, quotes
from sila.platform.notifications.mentions import mentions_in, plainly
from sila.platform.notifications.models import Mail, Notification
from sila.platform.notifications.preferences import wishes_of
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.work import reading
from sila.work.models import Activity, ActivityLink

JOB = "what is due"
KINDS = {f"{kind}s" for kind in Activity.Kind.values}
MORNING = time(7)
NOTED = {
    "note": gettext_lazy("wrote a note"),
    "call": gettext_lazy("added a call"),
    "meeting": gettext_lazy("added a meeting"),
    "visit": gettext_lazy("added a visit"),
    "task": gettext_lazy("added a task"),
}


def noted(batch: Batch) -> Iterator[Told]:
    """What hangs on a record from its beginning; its writer follows that record from then on."""
    made = [event for event in batch.events if event.kind == "created" and event.entity in KINDS]
    links: dict[UUID, list[ActivityLink]] = {}
    wanted = [event.record_id for event in made]
    for link in ActivityLink.objects.filter(activity_id__in=wanted).order_by("id") if wanted else ():
        links.setdefault(link.activity_id, []).append(link)
    batch.read((link.entity, link.record_id) for several in links.values() for link in several)
    for event in made:
        for link in links.get(event.record_id, ()):  # type: ignore[arg-type]
            if event.member_id:
                batch.commented.append((event.member_id, link.entity, link.record_id))
            for member, reasons in batch.watchers(link.entity, link.record_id).items():
                why = frozenset(reasons)
                yield Told(event, member, link.entity, link.record_id, quoted=event.record_id, reasons=why)


def say_noted(line: Line) -> Any:
    kind = line.events[-1].entity.removesuffix("s") if line.events else "note"
    return NOTED.get(kind, NOTED["note"])


def words(context: Context, ids: set[UUID]) -> dict[UUID, str]:
    """Of the activities that the reader may see: the text of a note, the subject of other work."""
    seen = list(registry["activities"].visible_to(context.actor).filter(id__in=ids))
    named = mentions_in({activity.id: activity.body for activity in seen})
    return {
        activity.id: (
            activity.kind == Activity.Kind.NOTE
            and plainly(reading.said(activity, "body", context.actor), named.get(activity.id, ()))
        )
        or reading.title(activity, context.actor)
        for activity in seen
    }


# ---- the morning ---------------------------------------------------------------------------------------
def say_due(line: Line) -> Any:
    due, late = line.notification.data.get("due", 0), line.notification.data.get("late", 0)
    digits = line.context.reader.digits
    parts = []
    if due:
        number = format_number(due, digits=digits)
        parts.append(
            ngettext("%(count)s activity due today", "%(count)s activities due today", due)
            % {"count": number}
        )
    if late:
        number = format_number(late, digits=digits)
        parts.append(ngettext("%(count)s overdue", "%(count)s overdue", late) % {"count": number})
    return (
        _("%(first)s, %(second)s") % {"first": parts[0], "second": parts[1]}
        if len(parts) > 1
        else "".join(parts)
    )


def tell_the_morning() -> None:
    """Looked at each minute; once a day, from seven on, each member is told of what is due and what is late."""
    in_each_workspace(_in_the_morning)


def _in_the_morning(workspace: Workspace) -> None:
    local = timezone.now().astimezone(ZoneInfo(workspace.timezone))
    if local.time() >= MORNING:
        jobs.once_a_day(JOB, by=Actor.system(workspace, "job"))


@jobs.handles(JOB)
def work(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace), transaction.atomic():
        return {"told": tell_due(job.by, datetime.fromisoformat(job.payload["day"]))}


def tell_due(by: Actor, day: datetime) -> int:
    """One notification for each member who has something due that day or overdue. A day is told once."""
    zone = ZoneInfo(by.workspace.timezone)
    begins = datetime.combine(day.date(), time(), zone)
    ends = begins + timedelta(days=1)
    kind = DUE
    told = set(Notification.objects.filter(kind=kind.key, at__gte=begins).values_list("member_id", flat=True))
    open_ones = Activity.objects.filter(status=Activity.Status.OPEN, deleted_at=None, at__lt=ends)
    counted = (
        open_ones.exclude(owner_id=None)
        .order_by()
        .values_list("owner_id")
        .annotate(due=Count("id", filter=Q(at__gte=begins)), late=Count("id", filter=Q(at__lt=begins)))
    )
    found = [row for row in counted if row[0] not in told]
    active = set(
        Member.objects.filter(id__in=[row[0] for row in found], active=True, deleted_at=None).values_list(
            "id", flat=True
        )
    )
    wishes = wishes_of(by, active)
    rows = [
        gathering.fresh(kind, member, wishes[member], data={"due": due, "late": late})
        for member, due, late in found
        if member in active
    ]
    wanted = [row for row in rows if row.bell or row.mail_at]
    Notification.objects.bulk_create(wanted)
    return len(wanted)


quotes.append(words)
declare(
    Kind(
        "noted",
        gettext_lazy("Notes and work"),
        gettext_lazy("A colleague writes a note or adds work on a record that I own or follow."),
        icon="message",
        find=noted,
        say=say_noted,
        mail=Mail.DAILY,
    ),
    before="changed",
)
DUE = declare(
    Kind(
        "due",
        gettext_lazy("Due today"),
        gettext_lazy("In the morning: how much is due, and how much is late."),
        icon="calendar-due",
        find=lambda batch: (),
        say=say_due,
        own=True,
        of_record=False,
        url=lambda notification, slug: f"/w/{slug}/today",
    ),
    before="merged",
)
