"""A goal as a bar with its pace, on its page, on that of all goals, and beside the forecast."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.team.goals.attainment import Attained, attainment
from sila.team.goals.metrics import METRICS
from sila.team.goals.models import Goal


def shown(found: Iterable[Attained], reader: Reader) -> list[dict[str, Any]]:
    return [_bar(each, reader) for each in found]


def _bar(attained: Attained, reader: Reader) -> dict[str, Any]:
    goal, metric = attained.goal, METRICS.get(attained.goal.metric)
    return {
        "whose": str(goal.member or goal.team or goal.unit),
        "metric": metric.label if metric else goal.metric,
        "says": metric.says if metric else "",
        "period": Period.read(goal.period).label(reader),
        "done": _figure(attained.done, goal, reader),
        "aim": _figure(attained.aim, goal, reader),
        "percent": attained.percent,
        "percent_told": format_number(attained.percent, digits=reader.digits),
        "bar": max(0, min(attained.percent, 100)),
        "pace": attained.pace,
        "pace_told": _pace(attained, reader),
        "behind": not attained.on_pace,
        "url": registry["goals"].url(reader.slug, goal.id),
    }


def _figure(value: int, goal: Goal, reader: Reader) -> Any:
    if goal.target is not None:
        return money_html(value, CURRENCIES[goal.currency], digits=reader.digits, whole=True)
    return format_number(value, digits=reader.digits)


def _pace(attained: Attained, reader: Reader) -> str:
    if attained.goal.ends < reader.today:
        return _("The period is over.")
    if attained.goal.begins > reader.today:
        return _("The period has not begun.")
    text = _("By working days it should be at %(pace)s%% today.")
    return text % {"pace": format_number(attained.pace, digits=reader.digits)}


def sheet(goal: Goal, context: Context) -> dict[str, Any]:
    bars = shown(attainment([goal], context.reader.today), context.reader)
    return {"template": "team/_goal_sheet.html", "goal": bars[0]}
