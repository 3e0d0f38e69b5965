"""What the clock does with incumbent contracts: plan the call or visit before each window, and go on to the next window
when one has passed. Running twice, or two at once, does it once."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import translation

from sila.parties.duplicates import SLUGS
from sila.platform.access.actor import Actor
from sila.platform.activity.looks import in_each_workspace
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from sila.sales.contracts.days import end_of_term
from sila.sales.contracts.planning import AT_ONCE, moment_of, plan, quietly, take, unplanned
from sila.sales.rules import today
from sila.sales.windows.actions import subject_of
from sila.sales.windows.models import IncumbentContract
from sila.sales.windows.rules import SLUG

AHEAD = timedelta(days=60)  # so long before its day an activity stands in the calendar
LENGTH = {"call": timedelta(minutes=30), "visit": timedelta(hours=1)}


def look_everywhere() -> None:
    in_each_workspace(look)


def look(workspace: Workspace) -> None:
    by = Actor.system(workspace, "job")
    with translation.override(workspace.language):
        go_on(by)
        plan_ahead(by)


def plan_ahead(by: Actor) -> int:
    """For windows that have not passed. How many activities there were."""
    day = today(by)
    near = IncumbentContract.objects.filter(
        unplanned(), deleted_at=None, plan_on__lte=day + AHEAD, notice_by__gte=day, party__deleted_at=None
    )
    rows = near.select_related("party", "competitor").order_by("plan_on")[:AT_ONCE]
    return sum(bool(quietly(partial(_plan, incumbent, by))) for incumbent in rows)


@transaction.atomic
def _plan(incumbent: IncumbentContract, by: Actor) -> bool:
    if incumbent.plan_on is None or not take(incumbent):
        return False
    starts = moment_of(incumbent.plan_on, by)
    about = [(SLUG, incumbent.id), (SLUGS[incumbent.party.kind], incumbent.party_id)]
    plan(
        incumbent,
        incumbent.plan_kind or "call",
        subject_of(incumbent),
        day=incumbent.plan_on,
        by=by,
        about=about,
        ends_at=starts + LENGTH[incumbent.plan_kind or "call"],
    )
    return True


def go_on(by: Actor) -> int:
    """Contracts whose end has passed and that go on by themselves end a term later: the next window. How many."""
    over = IncumbentContract.objects.filter(
        auto_renew=True, renew_months__gte=1, deleted_at=None, ends_on__lt=today(by)
    )
    ids = list(over.order_by("ends_on").values_list("id", flat=True)[:AT_ONCE])
    return sum(_go_on(each, by) for each in ids)


@transaction.atomic
def _go_on(incumbent_id: object, by: Actor) -> bool:
    rows = IncumbentContract.objects.filter(id=incumbent_id, deleted_at=None, ends_on__lt=today(by))
    incumbent = records.locked(rows).first()
    if incumbent is None or incumbent.ends_on is None or not incumbent.renew_months:
        return False
    ends = incumbent.ends_on
    while ends < today(by):
        ends = end_of_term(ends, incumbent.renew_months)
    values = {"ends_on": ends.isoformat()}
    return quietly(lambda: records.update(registry[SLUG], incumbent.id, values, by=by)) is not None
