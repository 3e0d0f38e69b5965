"""What a customer buys most, on their page."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.kit.numbers import format_number
from sila.sales.lines.showing import SHOWN
from sila.sales.purchases.habits import Habit, habits_of
from sila.sales.purchases.reading import lines_of, purchases_of
from sila.sales.purchases.showing import expected, habit_row

NOUNS = ("people", "organizations", "groups")


def purchases_panel(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """A card that is fetched when the page is there, as many lines may have to be read for it."""
    if entity.slug not in NOUNS or not record.told.get("invoices"):
        return []
    if not context.actor.can("invoices", "view"):
        return []
    return [
        _card(record.id, context)
        | {"lazy": f"/w/{context.reader.slug}/purchases/{record.id}/card", "note": "…"}
    ]


def _card(party_id: UUID, context: Context) -> dict[str, Any]:
    return {
        "key": "purchases",
        "label": _("Purchases"),
        "icon": "shopping-cart",
        "url": f"/w/{context.reader.slug}/purchases/{party_id}/",
    }


def card(party_id: UUID, context: Context) -> dict[str, Any]:
    """The products that brought most, with how often they are bought; those that it would be time for first."""
    habits = habits_of(purchases_of(lines_of(party_id, context.actor), context.reader))
    shown = _card(party_id, context)
    if not habits:
        return shown | {"note": _("Nothing was bought yet.")}
    today = context.reader.today
    due = [habit for habit in habits if habit.expected and habit.expected <= today]
    rest = [habit for habit in habits if habit not in due]
    return shown | {
        "count": format_number(len(habits), digits=context.reader.digits),
        "items": [_item(habit, shown["url"], context) for habit in [*due, *rest][:SHOWN]],
    }


def _item(habit: Habit, url: str, context: Context) -> dict[str, Any]:
    row = habit_row(habit, context)
    times = ngettext("%(times)s purchase", "%(times)s purchases", len(habit.days))
    told = [
        times % {"times": format_number(len(habit.days), digits=context.reader.digits)},
        _("every %(days)s") % {"days": row["every"]} if row["every"] else "",
        _("expected %(day)s") % {"day": expected(habit, context)} if row["late"] else "",
    ]
    return {
        "title": habit.name,
        "url": f"{url}?product={habit.key}",
        "icon": "clock" if row["late"] else "package",
        "hint": " · ".join(filter(None, told)),
        "value": row["net"],
    }


extensions.panels.append(purchases_panel)
