"""What the clock brings up: reminders of activities. Each is told once: by mail to its owner, and in the record's
timeline."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.activity import log
from sila.platform.activity.mail import send_later
from sila.platform.kit import clock
from sila.platform.kit.text import isolate
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.work import reading
from sila.work.models import Activity

AT_ONCE = 500


def remind_everyone() -> None:
    """Looked at each minute. Running twice reminds once."""
    for workspace in Workspace.objects.all():
        with scope(workspace):
            remind(Actor.system(workspace, "job"))


def remind(by: Actor) -> int:
    """How many were told."""
    due = Activity.objects.filter(
        reminder_at__lte=clock.now(), reminded_at=None, deleted_at=None, status=Activity.Status.OPEN
    )
    return sum(_tell(activity, by) for activity in due.order_by("reminder_at")[:AT_ONCE])


@transaction.atomic
def _tell(activity: Activity, by: Actor) -> bool:
    mine = Activity.objects.filter(id=activity.id, reminded_at=None).update(reminded_at=clock.now())
    if mine:
        log.record(
            "reminder",
            by=by,
            entity=f"{activity.kind}s",
            record_id=activity.id,
            title=activity.subject,
            member=str(activity.owner_id or ""),
        )
        _mail(activity, by)
    return bool(mine)


def _mail(activity: Activity, by: Actor) -> None:
    """To the owner, in their language, if they have joined."""
    owner = Member.objects.filter(id=activity.owner_id, active=True).select_related("user").first()
    if owner is None or owner.user is None:
        return
    actor = Actor.of(by.workspace, owner)
    with translation.override(owner.user.language or by.workspace.language):
        reader = Reader.of(by.workspace, owner.user)
        when, title = reading.moment(activity, actor), reading.title(activity, actor)
        shown = reader.moment(when, calendar=reader.calendar) if when else ""
        link = f"{settings.ADDRESS}/w/{by.workspace.slug}/{activity.kind}s/{activity.id}/"
        subject = _("Reminder: %(subject)s") % {"subject": isolate(title)}
        text = "\n".join(part for part in (title, shown, link) if part)
    send_later(
        owner.user.email,
        subject,
        text,
        key=f"reminder.{activity.id}.{activity.reminder_at.timestamp():.0f}",
        by=by,
    )
