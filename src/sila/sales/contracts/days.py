"""The days of a contract's end, all of them reckoned by the Gregorian calendar, whichever they were typed in.

The **last day for notice** is the end less the notice: 31 December with 30 days is 1 December, with 3 months 30 September;
a day that the month has not is its last. Without a notice it is the end.
"""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid
from sila.platform.tenancy.models import Workspace
from sila.sales.contracts.models import Ending, NoticeUnit
from sila.sales.renewing import months_after

MOST_DAYS, MOST_MONTHS = 3650, 120  # of a notice, and of days that something is planned ahead


def last_day_for_notice(ends_on: date | None, notice: int, unit: str) -> date | None:
    if ends_on is None:
        return None
    return months_after(ends_on, -notice) if unit == NoticeUnit.MONTHS else ends_on - timedelta(days=notice)


def refuse_impossible_notice(record: Ending) -> None:
    most = MOST_MONTHS if record.notice_unit == NoticeUnit.MONTHS else MOST_DAYS
    if not 0 <= record.notice <= most:
        raise Invalid({"notice": _("A notice lies between 0 and %(most)d.") % {"most": most}})
    if record.ends_on is not None and not 1900 <= record.ends_on.year <= 2200:
        raise Invalid({"ends_on": _("This is not a day on which a contract ends.")})


def end_of_term(ended: date, months: int) -> date:
    """So many months after an end; the last day of a month is followed by the last of a month."""
    end = months_after(ended, months)
    whole = monthrange(ended.year, ended.month)[1]
    return end.replace(day=monthrange(end.year, end.month)[1]) if ended.day == whole else end


def months_of(starts: date, ends: date) -> int:
    """The whole months from a first to a last day: January is one, as is the 15th to the 14th."""
    after = ends + timedelta(days=1)
    months = (after.year - starts.year) * 12 + after.month - starts.month
    return max(1, months - (after.day < starts.day))


def is_working(day: date, workspace: Workspace) -> bool:
    rest: Collection[int] = workspace.weekend if len(workspace.weekend) < 7 else ()
    return day.weekday() not in rest and day.isoformat() not in workspace.holidays


def working_day(day: date, workspace: Workspace, *, not_before: date) -> date:
    """The day, or the last working day before it; never before a day, else the next working day from that on."""
    while day >= not_before:
        if is_working(day, workspace):
            return day
        day -= timedelta(days=1)
    day = not_before
    for _step in range(60):  # so many holidays in a row there are not
        if is_working(day, workspace):
            break
        day += timedelta(days=1)
    return day
