"""What follows from the fields of a goal, and what no door lets through."""

from django.utils import translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold
from sila.team.every import MONTHS, Every
from sila.team.goals.metrics import METRICS
from sila.team.goals.models import Goal

OF = ("member", "team", "unit")


def derive(goal: Goal, changes: Changes, by: Actor) -> None:
    """It belongs to its person; its days are those of the whole period, whatever day of it was typed."""
    _of_one(goal)
    _in_its_measure(goal)
    period = Period.of(goal.begins, goal.calendar, MONTHS[Every(goal.every)])
    if not period.exists:
        raise Invalid({"begins": _("There is no such period.")})
    goal.period, goal.begins, goal.ends = period.key, period.first, period.last
    goal.currency = base_currency()
    _belong(goal)
    with translation.override(by.workspace.language):
        whose = goal.member or goal.team or goal.unit
        label = METRICS[goal.metric].label
        goal.name = f"{whose} · {label} · {period.label(Reader.of(by.workspace))}"[:200]
    goal.name_fold = fold(goal.name)[:200]


def _of_one(goal: Goal) -> None:
    if sum(getattr(goal, f"{name}_id") is not None for name in OF) != 1:
        raise Invalid({"member": _("A goal is of one person, one team or one unit.")})


def _in_its_measure(goal: Goal) -> None:
    metric = METRICS.get(goal.metric)
    if metric is None:
        raise Invalid({"metric": _("There is no such metric.")})
    wanted, other = ("target", "number") if metric.money else ("number", "target")
    if (getattr(goal, wanted) or 0) <= 0:
        raise Invalid({wanted: _("Say how much it is to be.")})
    setattr(goal, other, None)


def _belong(goal: Goal) -> None:
    """The person's own goals are theirs to see, and lie where they work."""
    if goal.member_id is not None:
        goal.owner_id, goal.org_unit_id = goal.member_id, goal.member.unit_id if goal.member else None
    elif goal.unit_id is not None:
        goal.org_unit_id = goal.unit_id


def keep_rights(goal: Goal, changes: Changes, by: Actor) -> None:
    """Nobody sets a goal for somebody whom they do not lead. Raises Invalid."""
    if by.member is None or by.policy.allows("goals", "edit", owner=goal.owner_id, unit=goal.org_unit_id):
        return
    name = next(name for name in OF if getattr(goal, f"{name}_id") is not None)
    raise Invalid({name: _("You may not set goals for them.")})
