"""The forecast from history on the page: what the last run said of a period, how wrong it was before, or why there is
none."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.insight.forecast.chart import drawn
from sila.insight.forecast.history.forecast import FEWEST_DAYS, FEWEST_TRIALS, FEWEST_WON
from sila.insight.forecast.sight import Sight
from sila.insight.forecast.working import KIND
from sila.insight.models import ModelRun, Prediction
from sila.platform.access.models import OrgUnit
from sila.platform.access.reader import Reader
from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.months import month_label
from sila.platform.entities.periods import Period
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number


def past_of(period: Period, of: str, context: Context, every: Sequence[OrgUnit]) -> dict[str, Any]:
    """`of`: a unit of `every` one, else the widest that the reader sees as a whole. Raises NotFound."""
    sight = Sight(context.actor)
    units = [unit for unit in sorted(every, key=lambda unit: unit.path) if sight.sees_unit(unit)]
    if of and of not in {str(unit.id) for unit in units}:
        raise NotFound
    if not (sight.everything or units):
        return {
            "why": _("The forecast from history is made for whole units, and your role shows a part of one.")
        }
    unit = _chosen(units, of, sight)
    run = ModelRun.objects.filter(kind=KIND, key=period.key).order_by("-data_cutoff").first()
    if run is None:
        return {
            "why": _none_yet(period, context.reader),
            "whose": _whose(units, unit, sight, period, context),
        }
    told = {each.unit_id: each for each in Prediction.objects.filter(run_id=run.id)}
    prediction = told.get(unit.id if unit else None)
    shown = {
        "whose": _whose([each for each in units if each.id in told], unit, sight, period, context),
        "at": context.reader.moment(run.at),
        "until": context.reader.day(run.data_cutoff),
        "notes": _left_out(run, context.reader) if unit is None else [],
    }
    if prediction is None:
        return shown | {"why": _too_little(run, unit, context.reader)}
    return shown | _told(prediction, run, period, context.reader)


def _chosen(units: list[OrgUnit], of: str, sight: Sight) -> OrgUnit | None:
    if of or not sight.everything:
        return next((unit for unit in units if str(unit.id) == of), units[0])
    return None


def _whose(
    units: list[OrgUnit], unit: OrgUnit | None, sight: Sight, period: Period, context: Context
) -> list[dict[str, Any]]:
    base = f"/w/{context.reader.slug}/forecast?period={period.key}"
    whole = (
        [{"label": _("The whole workspace"), "url": base, "active": unit is None}] if sight.everything else []
    )
    lines = [
        {"label": str(each), "url": f"{base}&of={each.id}", "active": unit is not None and each.id == unit.id}
        for each in units
    ]
    return whole + lines if len(whole + lines) > 1 else []


def _none_yet(period: Period, reader: Reader) -> str:
    if period.last < reader.today:
        return _("This period is over. The forecast from history is made for the present one and the next.")
    if period.first > Period.of(reader.today, period.calendar, period.length).step(1).last:
        return _(
            "This period is too far away. The forecast from history is made for the present one and the next."
        )
    return _("It is worked out each night and after an import, and has not been yet.")


def _too_little(run: ModelRun, unit: OrgUnit | None, reader: Reader) -> str:
    """What there is and what it takes, in a plain sentence."""
    facts = {
        "won": format_number(run.metrics.get("won", 0), digits=reader.digits),
        "days": format_number(run.metrics.get("days", 0), digits=reader.digits),
        "least": format_number(FEWEST_WON, digits=reader.digits),
        "least_days": format_number(FEWEST_DAYS, digits=reader.digits),
        "trials": format_number(FEWEST_TRIALS, digits=reader.digits),
    }
    if unit is not None and run.metrics.get("enough"):
        return (
            _(
                "Too little to say: a forecast of this unit takes %(least)s won deals and %(trials)s periods to try it on."
            )
            % facts
        )
    return (
        _(
            "Too little to say: there are %(won)s won deals over %(days)s days. It takes %(least)s over %(least_days)s, and "
            "after them %(trials)s periods to try the forecast on."
        )
        % facts
    )


def _left_out(run: ModelRun, reader: Reader) -> list[str]:
    notes = []
    if undated := run.metrics.get("undated", 0):
        number = format_number(undated, digits=reader.digits)
        text = ngettext(
            "%(count)s imported deal does not say when it was opened, and is left out.",
            "%(count)s imported deals do not say when they were opened, and are left out.",
            undated,
        )
        notes.append(text % {"count": number})
    if unpriced := run.metrics.get("unpriced", 0):
        number = format_number(unpriced, digits=reader.digits)
        text = ngettext(
            "%(count)s won deal has no amount, or none that has a rate, and counts for nothing.",
            "%(count)s won deals have no amount, or none that has a rate, and count for nothing.",
            unpriced,
        )
        notes.append(text % {"count": number})
    return notes


def _told(prediction: Prediction, run: ModelRun, period: Period, reader: Reader) -> dict[str, Any]:
    why = prediction.reasons
    return {
        "value": _money(prediction.value, reader),
        "low": _money(prediction.low, reader),
        "high": _money(prediction.high, reader),
        "so_far": _money(why["so_far"], reader),
        "pipeline": _money(why["pipeline"], reader),
        "baseline": _money(why["baseline"], reader),
        "method": _method(run.params.get("baseline", "")),
        "alert": run.metrics.get("alert", "") if prediction.unit_id is None else "",
        "errors": _errors(why, reader),
        "lines": [_line(each, period, reader) for each in why["trials"]],
        "chart": drawn(why["trials"], prediction, period, reader),
    }


def _method(name: str) -> str:
    return {
        "mean": _("the mean of the last six months"),
        "quarters": _("the last six months, by their place in the quarter"),
        "seasons": _("the same months of the year before"),
        "trend": _("the trend of the months"),
    }.get(name, "")


def _errors(why: dict[str, Any], reader: Reader) -> list[dict[str, str]]:
    """How wrong it was, beside the simplest forecast there is."""
    rows = (
        (_("Error"), why["wape"], _("The sum of the errors over the sum of what came.")),
        (_("Mean error of a period"), why["mape"], _("The mean of each error over what came.")),
        (_("Error of “the same as the last period”"), why["naive_wape"], ""),
        (_("Intervals that held what came"), why["coverage"], _("Four of five is the aim.")),
    )
    return [
        {"label": label, "value": _percent(share, reader), "help": help_text}
        for label, share, help_text in rows
    ]


def _line(trial: dict[str, Any], period: Period, reader: Reader) -> dict[str, Any]:
    off = abs(trial["actual"] - trial["value"]) / trial["actual"] if trial["actual"] > 0 else None
    return {
        "label": label_of(trial, period, reader),
        "value": _money(trial["value"], reader),
        "low": _money(trial["low"], reader),
        "high": _money(trial["high"], reader),
        "actual": _money(trial["actual"], reader),
        "error": _percent(off, reader),
        "held": trial["low"] <= trial["actual"] <= trial["high"],
    }


def label_of(trial: dict[str, Any], period: Period, reader: Reader) -> str:
    """The month, or the first and the last of the months."""
    ends = [date.fromordinal(trial["first"]), date.fromordinal(trial["last"])]
    months = [Period.of(day, period.calendar, 1).months[0] for day in ends]
    names = [month_label(month, period.calendar, reader) for month in months]
    return (
        names[0]
        if names[0] == names[1]
        else _("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}
    )


def _percent(share: float | None, reader: Reader) -> str:
    return "–" if share is None else f"{format_number(round(100 * share), digits=reader.digits)}%"


def _money(minor: int, reader: Reader) -> Any:
    return money_html(minor, CURRENCIES[reader.currency], digits=reader.digits, compact=True)
