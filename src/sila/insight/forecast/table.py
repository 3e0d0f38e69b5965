"""The table of the page: a line for each unit with its members, or for each value of another dimension; every number
leads to the deals that it is made of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from sila.insight.forecast import figures
from sila.insight.forecast.adjusted import Said, said_of
from sila.insight.forecast.figures import COLUMNS, Dimension, Figures, Key, figures_by
from sila.insight.forecast.products import selling
from sila.insight.forecast.sight import Sight
from sila.insight.forecast.tree import CATEGORIES, Line, summed, tree_of
from sila.insight.models import ForecastAdjustment
from sila.platform.access.models import Member, OrgUnit, TeamMember
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.rates import Rates
from sila.platform.entities.registry import registry
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.sales.board import rate_line

SLUG = "opportunities"
OPEN = "commit|best_case|pipeline"  # all but what is left out
MOST = 60  # ids that an address can hold
MOST_OF_FAMILY = 20  # of which it has to name each three times
SHOWN = 200  # lines


def table_of(
    period: Period, dimension: Dimension | None, context: Context, units: Sequence[OrgUnit]
) -> dict[str, Any]:
    """`lines`, `whole`, `columns` and `notes` of the page."""
    found, rates = figures_by(dimension.columns if dimension else (), period, context)
    shown = _Shown(period, context)
    if dimension is not None and dimension.name == "unit":
        lines, whole = _by_unit(found, {unit.id: unit for unit in units}, shown)
    else:
        lines, whole = _by_value(found, dimension, shown)
    return {
        "columns": _columns(shown),
        "lines": lines[:SHOWN],
        "whole": whole,
        "adjustable": dimension is not None and dimension.name in ("unit", "owner"),
        "notes": _notes(found, rates, shown, more=len(lines) > SHOWN),
    }


class _Shown:
    """How numbers of this period are written and where they lead."""

    def __init__(self, period: Period, context: Context) -> None:
        self.period, self.context, self.reader = period, context, context.reader
        self.weighed = "probability" in registry[SLUG].readable(context.actor)
        self.columns = [column for column in COLUMNS if column != "weighted" or self.weighed]

    def money(self, minor: int) -> Any:
        currency = CURRENCIES[self.reader.currency]
        return money_html(minor, currency, digits=self.reader.digits, compact=True)

    def cells(self, sums: Mapping[str, int], condition: tuple[str, ...] | None) -> list[dict[str, Any]]:
        return [
            {
                "name": column,
                "text": self.money(sums[column]) if sums[column] else "–",
                "url": self.url(column, condition) if sums[column] and condition is not None else "",
            }
            for column in self.columns
        ]

    def url(self, column: str, condition: tuple[str, ...]) -> str:
        """The list of the deals in a cell."""
        days = f"between:{self.period.first}|{self.period.last}"
        parts = {
            "closed": ("category:any:won", f"closed_on:{days}"),
            "weighted": ("category:any:open", f"forecast_category:any:{OPEN}", f"expected_close:{days}"),
        }.get(column, ("category:any:open", f"forecast_category:any:{column}", f"expected_close:{days}"))
        query = urlencode([("f", part) for part in (*parts, *condition)])
        return f"/w/{self.reader.slug}/{SLUG}/?{query}"

    def adjusted(self, line: Line) -> list[dict[str, Any]]:
        """What managers made of it, beside the original; who and when, or that it comes from below."""
        labels = dict(ForecastAdjustment.Category.choices)
        return [
            {
                "label": labels[category],
                "text": self.money(line.adjusted(category)),
                "who": str(row.by) if (row := line.said.get(category)) else "",
                "when": self.reader.day(row.at.astimezone(self.reader.tz).date()) if row else "",
                "note": row.note if row else "",
            }
            for category in CATEGORIES
            if category in line.moved or category in line.said
        ]


def _columns(shown: _Shown) -> list[str]:
    labels = {
        "closed": pgettext("forecast", "Closed"),
        "commit": pgettext("forecast", "Commit"),
        "best_case": pgettext("forecast", "Best case"),
        "pipeline": pgettext("forecast", "Possible"),
        "weighted": _("Weighted"),
    }
    return [labels[column] for column in shown.columns]


# ---- along the tree ----------------------------------------------------------------------------------
def _by_unit(
    found: Mapping[Key, Figures], units: Mapping[UUID, OrgUnit], shown: _Shown
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    members = {member.id: member for member in Member.objects.all()}
    sight = Sight(shown.context.actor)
    tops = tree_of(found, units, members, said_of(shown.period, units, members, sight))
    lines = [_unit_line(line, units, members, sight, shown) for top in tops for line in top.walk()]
    whole = summed(tops)
    cells = shown.cells(whole.total.sums, ())
    return lines, {"cells": cells, "adjusted": shown.adjusted(whole)}


def _unit_line(
    line: Line, units: Mapping[UUID, OrgUnit], members: Mapping[UUID, Member], sight: Sight, shown: _Shown
) -> dict[str, Any]:
    unit = units.get(line.id) if line.id else None
    ids, here = line.ids, f"org_unit:any:{line.id}" if line.id else "org_unit:empty"
    condition = (f"org_unit:any:{'|'.join(map(str, ids))}",) if ids else (here,)
    own = bool(line.below and line.own.any)
    return {
        "id": f"unit-{line.id or 'none'}",
        "key": str(line.id or "none"),
        "label": str(unit) if unit else _("No unit"),
        "level": line.level,
        "cells": shown.cells(line.total.sums, condition if len(ids) <= MOST else None),
        "own": shown.cells(line.own.sums, (here,)) if own else [],
        "adjusted": shown.adjusted(line),
        "adjust_url": _adjust_url("unit", unit.id, shown) if unit and sight.manages_unit(unit) else "",
        "members": sorted(
            (_member_line(each, here, members, sight, shown) for each in line.members),
            key=lambda each: each["label"].casefold(),
        ),
    }


def _member_line(
    line: Line, here: str, members: Mapping[UUID, Member], sight: Sight, shown: _Shown
) -> dict[str, Any]:
    member = members.get(line.id) if line.id else None
    owner = f"owner:any:{line.id}" if line.id else "owner:empty"
    manages = member is not None and sight.manages_member(member)
    return {
        "label": str(member) if member else _("No owner"),
        "cells": shown.cells(line.total.sums, (owner, here)),
        "adjusted": shown.adjusted(line),
        "adjust_url": _adjust_url("member", line.id, shown) if manages else "",
    }


def _adjust_url(kind: str, target: UUID | None, shown: _Shown) -> str:
    return f"/w/{shown.reader.slug}/forecast/adjust/{kind}/{target}?period={shown.period.key}"


# ---- by anything else --------------------------------------------------------------------------------
def _by_value(
    found: Mapping[Key, Figures], dimension: Dimension | None, shown: _Shown
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    every = Figures()
    for figures_of_it in found.values():
        every.add(figures_of_it)
    whole = {"cells": shown.cells(every.sums, ()), "adjusted": []}
    if dimension is None:
        return [], whole
    by_id = {key[0]: each for key, each in found.items()}
    if dimension.name == "team":
        return _by_team(by_id, shown), whole
    if dimension.name == "owner":
        return _by_owner(by_id, shown), whole
    if dimension.name == "family":
        return _by_family(by_id, shown), whole
    name = dimension.columns[0].removesuffix("_id")
    return _by_link(by_id, name, shown), whole


def _by_owner(by_id: Mapping[UUID | None, Figures], shown: _Shown) -> list[dict[str, Any]]:
    members = {member.id: member for member in Member.objects.all()}
    sight = Sight(shown.context.actor)
    said: Said = said_of(shown.period, {}, members, sight)
    ids = [*by_id, *(whose for whose, _category in said if whose not in by_id)]
    lines = []
    for member_id in dict.fromkeys(ids):
        line = Line(member_id, total=by_id.get(member_id, Figures()))
        for (whose, category), row in said.items():
            if whose == member_id and row.amount is not None:
                line.said[category] = row
                line.moved[category] = row.amount - line.total.sums[category]
        member = members.get(member_id) if member_id else None
        manages = member is not None and sight.manages_member(member)
        lines.append(
            _flat(
                str(member) if member else _("No owner"),
                line,
                (f"owner:any:{member_id}" if member_id else "owner:empty",),
                shown,
                _adjust_url("member", member_id, shown) if manages else "",
            )
        )
    return _in_order(lines)


def _by_team(by_id: Mapping[UUID | None, Figures], shown: _Shown) -> list[dict[str, Any]]:
    """A member of two teams counts in both: the lines are more than the whole, then."""
    teams: dict[UUID, tuple[Any, list[UUID | None]]] = {
        team.id: (team, []) for team in registry["teams"].rows()
    }
    placed = set()
    for team_id, member_id in TeamMember.objects.values_list("team_id", "member_id"):
        if team_id in teams and member_id in by_id:
            teams[team_id][1].append(member_id)
            placed.add(member_id)
    lines = [_of_owners(str(team), some, by_id, shown) for team, some in teams.values() if some]
    rest = [member_id for member_id in by_id if member_id not in placed]
    return _in_order(lines) + ([_of_owners(_("In no team"), rest, by_id, shown)] if rest else [])


def _of_owners(
    label: str, owners: list[UUID | None], by_id: Mapping[UUID | None, Figures], shown: _Shown
) -> dict[str, Any]:
    line = Line(None)
    for each in owners:
        line.total.add(by_id[each])
    ids = [str(each) for each in owners if each]
    told = ids and None not in owners and len(ids) <= MOST
    condition = (f"owner:any:{'|'.join(ids)}",) if told else None
    return _flat(label, line, condition, shown)


def _by_link(by_id: Mapping[UUID | None, Figures], name: str, shown: _Shown) -> list[dict[str, Any]]:
    target = registry[registry[SLUG].fields[name].to]
    wanted = [each for each in by_id if each]
    seen = target.visible_to(shown.context.actor, trashed=True).filter(id__in=wanted)
    names = {
        row["id"]: target.title_of(row, shown.reader.language) for row in seen.values("id", *target.title)
    }
    lines, closed = [], Line(None)
    for each, figures_of_it in by_id.items():
        if each is None or each in names:
            condition = (f"{name}:any:{each}" if each else f"{name}:empty",)
            if name == "product":
                condition = selling([each] if each else [], shown.context.actor)
            label = names[each] if each else _("Not filled in")
            lines.append(_flat(label, Line(each, total=figures_of_it), condition, shown))
        else:
            closed.total.add(figures_of_it)
    rest = [_flat(_("No access"), closed, None, shown)] if closed.total.any else []
    return _in_order(lines) + rest


def _by_family(by_name: Mapping[str | None, Figures], shown: _Shown) -> list[dict[str, Any]]:
    actor, ids = shown.context.actor, dict[str, list[UUID]]()
    named = (
        registry["products"]
        .visible_to(actor, trashed=True)
        .filter(family__in=[each for each in by_name if each])
    )
    for family, product_id in named.values_list("family", "id"):
        ids.setdefault(family, []).append(product_id)
    lines = []
    for family, figures_of_it in by_name.items():
        some = ids.get(family, []) if family else []
        known = some and len(some) <= MOST_OF_FAMILY
        line = Line(None, total=figures_of_it)
        label = family or _("Not filled in")
        lines.append(
            _flat(label, line, selling(some, actor) if known else None, shown) | {"id": f"line-{family}"}
        )
    return _in_order(lines)


def _flat(
    label: str, line: Line, condition: tuple[str, ...] | None, shown: _Shown, adjust_url: str = ""
) -> dict[str, Any]:
    return {
        "id": f"line-{line.id or 'none'}",
        "label": label,
        "level": 0,
        "cells": shown.cells(line.total.sums, condition),
        "own": [],
        "adjusted": shown.adjusted(line),
        "adjust_url": adjust_url,
        "members": [],
    }


def _in_order(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(lines, key=lambda line: line["label"].casefold())


# ---- what has to be said beside ----------------------------------------------------------------------
def _notes(found: Mapping[Key, Figures], rates: Rates, shown: _Shown, *, more: bool) -> list[dict[str, str]]:
    """What is left out and why, and the rates that were used: nothing is left out in silence."""
    every, reader = Figures(), shown.reader
    for each in found.values():
        every.add(each)
    notes = [
        {
            "text": _("%(currency)s has no rate and is left out: %(amount)s")
            % {
                "currency": currency,
                "amount": money_html(minor, CURRENCIES[currency], digits=reader.digits),
            },
            "url": "",
        }
        for currency, minor in sorted(_without_rate(every).items())
    ]
    if late := figures.left_behind(shown.context):
        number = format_number(min(late, figures.LATE), digits=reader.digits) + "+" * (late > figures.LATE)
        text = ngettext(
            "%(count)s open deal counts in no period to come: its expected day is over or missing.",
            "%(count)s open deals count in no period to come: their expected day is over or missing.",
            late,
        )
        query = urlencode({"f": "category:any:open", "sort": "expected_close"})
        notes.append({"text": text % {"count": number}, "url": f"/w/{reader.slug}/{SLUG}/?{query}"})
    if more:
        notes.append({"text": _("Only the first %(count)s lines are shown.") % {"count": SHOWN}, "url": ""})
    used = rates.used(rates.known)
    lines = (rate_line(rate, reader) for rate in used)
    return notes + [{"text": f"{line['label']}: {line['value']}", "url": ""} for line in lines]


def _without_rate(every: Figures) -> dict[str, int]:
    """By currency, each amount once: the weighted one tells the same deals again."""
    left: dict[str, int] = {}
    for (column, currency), minor in every.rest.items():
        if column != "weighted":
            left[currency] = left.get(currency, 0) + minor
    return left
