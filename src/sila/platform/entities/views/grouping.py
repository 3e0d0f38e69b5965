"""The groups of a list as its table shows them, and the popover that chooses what it is grouped by."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.reader import Reader
from sila.platform.entities import grouping, listing
from sila.platform.entities.grouping import SHOWN, By, Grouped
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.listing import ListState
from sila.platform.entities.measuring import EMPTY, READ, Group, measures_of
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import entity_url, entity_view, fragment
from sila.platform.kit.numbers import format_number
from sila.platform.kit.places import places
from sila.platform.kit.text import comma, markup


def by_of(entity: Entity, state: ListState, context: Context) -> By | None:
    """What the list is grouped by. Raises Invalid."""
    fields = entity.readable(context.actor)
    return By.read(state.group, fields, context, state.near) if state.group or state.near else None


def grouped(
    by: By, state: ListState, rows: Any, shown: list[Field], base: str, *, ticks: bool
) -> dict[str, Any]:
    """What the table shows instead of rows: a line for each group, which its rows follow, and one for all of them."""
    measures = measures_of(shown)
    found = by.groups(rows, measures)
    groups = found.groups
    if listing.sort_keys(state.sort)[:1] == [(by.shown.name, True)]:
        groups = groups[::-1]
    wide = next((place for place, f in enumerate(shown) if f in measures), len(shown))
    wide, tail = max(wide, 1), shown[max(wide, 1) :]
    lines = [
        _line(by, group, tail, number) | {"url": base + state.url(within=group.key)}
        for number, group in enumerate(groups)
    ]
    return {
        "groups": lines,
        "group_span": wide + ticks,
        "group_whole": _line(by, found.whole, tail, len(lines)),
        "group_note": _note(found, by),
    }


def _line(by: By, group: Group, columns: list[Field], number: int) -> dict[str, Any]:
    reader = by.context.reader
    return {
        "id": f"group-{number}",
        "key": group.key,
        "label": group.label,
        "far": _far(group, by),
        "count": format_number(group.count, digits=reader.digits),
        "cells": [(f.kind.css, _named(f, _sums(f, group, by))) for f in columns],
    }


def _far(group: Group, by: By) -> str:
    """How far it is, if the list is looked at from somewhere; that a place is not on the map is said."""
    if by.near is None or group.key in ("", EMPTY):
        return ""
    if group.far is None:
        return _("distance unknown")
    number = format_number(round(group.far), digits=by.context.reader.digits)
    return _("%(number)s km") % {"number": number}


def _named(f: Field, total: SafeString) -> SafeString:
    """With the name of its column, for phones, where no heads stand above."""
    return markup('<span class="s-total" data-name="{}">{}</span>', f.label, total) if total else total


def _sums(f: Field, group: Group, by: By) -> SafeString:
    """Several currencies stand beside each other: they are no one number. An average says that it is one."""
    shown = _written(f, group, by.context.reader)
    if f.total == "avg" and shown:
        said = markup('<span class="s-average">{}</span> ', _("avg"))
        return said + format_html_join(comma(), "{}", ((one,) for one in shown))
    return format_html_join(" + ", "{}", ((one,) for one in shown))


def _written(f: Field, group: Group, reader: Reader) -> list[Any]:
    """The totals of a column as its cells are written: one for each currency, the largest first."""
    shown = replace(f, custom=False)
    totals = {code: _total(f, group, code) for code in group.sums.get(f.name, {})}
    return [
        f.kind.write(shown, {f.name: total, **({f.currency: code} if f.currency else {})}, reader)
        for code, total in sorted(totals.items(), key=lambda pair: -pair[1])
    ]


def _total(f: Field, group: Group, code: str) -> Any:
    """The sum, or the average, of a number to two decimals; amounts are in minor units."""
    total = group.sums[f.name][code]
    if f.total == "avg":
        total = round(Decimal(total) / group.filled[f.name, code], 0 if f.kind.name == "money" else 2)
    return int(total) if f.kind.name == "money" else total


def _note(found: Grouped, by: By) -> str:
    """That not all groups are shown, if so."""
    digits = by.context.reader.digits
    if found.more:
        text = _("The %(shown)s largest groups are shown of more than %(all)s. A condition makes them fewer.")
        return text % {"shown": SHOWN, "all": format_number(READ, digits=digits)}
    if found.of > SHOWN:
        text = ngettext(
            "The %(shown)s largest groups are shown of %(all)s.",
            "The %(shown)s largest groups are shown of %(all)s.",
            found.of,
        )
        return text % {"shown": SHOWN, "all": format_number(found.of, digits=digits)}
    return ""


def said(by: By | None) -> str:
    """The field, and the months where there is a choice of them."""
    if by is None:
        return ""
    if by.near:
        return _("Near %(city)s") % {"city": by.near.called(by.context.reader.language)}
    return f"{by.shown.label} · {_months(by.calendar)}" if by.calendar else str(by.shown.label)


def _months(calendar: str) -> str:
    return _("Hijri months") if calendar == "hijri" else _("Gregorian months")


@require_GET
@entity_view
def choose(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """The popover: each field that the list can be grouped by leads to the list in that shape."""
    state, base = ListState.read(request.GET), entity_url(request, entity)
    now = by_of(entity, state, context)
    fields = entity.readable(context.actor)
    first = {*entity.filters, *(f.name for f in fields.values() if f.custom)}
    found = grouping.offered(fields, context.actor)
    offered = sorted(found, key=lambda one: (one[1].name not in fields, one[1].name not in first))
    items = [
        {
            "label": f.label,
            "months": _months(calendar) if calendar else "",
            "url": base + state.url(group=name, near=""),
            "chosen": now is not None and now.name == name and not now.near,
        }
        for name, f, calendar in offered
    ]
    where = next((name for name in grouping.PLACES if name in fields), "")
    shown = {
        "items": _cities(state, where, base, context) if where and "cities" in request.GET else items,
        "ungroup_url": base + state.url(group="", near="") if now else "",
        "cities_url": f"{base}group{state.url()}&cities=1" if where and "cities" not in request.GET else "",
    }
    return fragment(request, "entities/_group_by.html", shown)


def _cities(state: ListState, where: str, base: str, context: Context) -> list[dict[str, Any]]:
    """The cities that a list can be looked at from."""
    language = context.reader.language
    return [
        {
            "label": place.called(language),
            "months": place.english if language == "ar" else place.arabic,
            "url": base + state.url(group=where, near=place.code),
            "chosen": state.near == place.code,
        }
        for place in places().values()
    ]
