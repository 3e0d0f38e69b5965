"""Who leads all selling is told when what is won leaves what was to be expected: once for a period and direction."""

from uuid import UUID

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.insight.forecast.outcome import Outcome
from sila.insight.forecast.sight import Sight
from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, OrgUnit
from sila.platform.entities.errors import Invalid
from sila.platform.entities.periods import Period
from sila.platform.kit.text import bdi
from sila.platform.notifications import gathering
from sila.platform.notifications.kinds import Kind, Line, declare
from sila.platform.notifications.models import Notification
from sila.platform.notifications.preferences import wishes_of


def tell(outcome: Outcome, *, by: Actor) -> int:
    """How many were told. Call it in the transaction in which the outcome is kept. Quarters only: a month is told of by
    its quarter, and one calendar is enough, that of the workspace."""
    period = outcome.period
    wanted = "hijri" if by.workspace.calendar == "hijri" else "gregorian"
    if not outcome.alert or period.length != 3 or period.calendar != wanted:
        return 0
    data = {"period": period.key, "direction": outcome.alert}
    earlier = Notification.objects.filter(kind=UNEXPECTED.key, data=data)
    knowing = set(earlier.values_list("member_id", flat=True))
    rest = [member for member in _leaders(by) if member not in knowing]
    wishes = wishes_of(by, rest)
    rows = [gathering.fresh(UNEXPECTED, member, wishes[member], data=data) for member in rest]
    wanted_rows = [row for row in rows if row.bell or row.mail_at]
    Notification.objects.bulk_create(wanted_rows)
    return len(wanted_rows)


def _leaders(by: Actor) -> list[UUID]:
    """Members who see every deal and may change it."""
    tops = list(OrgUnit.objects.filter(parent_id=None, deleted_at=None).values_list("id", flat=True))
    members = Member.objects.filter(active=True, deleted_at=None).order_by("id")
    actors = ((member.id, Actor.of(by.workspace, member, "job")) for member in members)
    return [member for member, actor in actors if Sight(actor).leads_all(tops)]


def say(line: Line) -> str:
    """With the period; no figures, which the page tells to those who may see them."""
    data = line.notification.data
    words = (
        _("more is won than was to be expected by now")
        if data.get("direction") == "above"
        else _("less is won than was to be expected by now")
    )
    try:
        period = Period.read(data.get("period", ""))
    except Invalid:
        return words
    return format_html("{} · {}", words, bdi(period.label(line.context.reader)))


UNEXPECTED = declare(
    Kind(
        "unexpected sales",
        gettext_lazy("Unexpected sales"),
        gettext_lazy(
            "What is won in a quarter lies outside of the forecast from history for its days so far."
        ),
        icon="chart-dots-2",
        find=lambda batch: (),
        say=say,
        own=True,
        of_record=False,
        url=lambda notification, slug: f"/w/{slug}/forecast?period={notification.data.get('period', '')}",
    ),
    before="merged",
)
