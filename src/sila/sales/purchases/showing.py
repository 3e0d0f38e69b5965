"""Habits and lines of purchases as people read them; what the reader's role closes is left out."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.platform.entities.fields import base_currency
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit.lines import margin_of
from sila.platform.kit.numbers import format_number
from sila.sales.invoices.models import Invoice, InvoiceLine
from sila.sales.lines.showing import amount, called, number, percent, unit_called
from sila.sales.purchases.habits import Habit


def sees(name: str, context: Context) -> bool:
    """Whether the reader's role opens this field of lines."""
    return name in registry["invoice-lines"].readable(context.actor)


def figures(whole: Habit, context: Context) -> list[dict[str, Any]]:
    """What somebody bought in all: how much, how often, when last, what came back."""
    shown = [
        (_("Bought in all"), _net(whole, context)),
        (_("Margin"), _margin(whole, context)),
        (_("Days with a purchase"), format_number(len(whole.days), digits=context.reader.digits)),
        (_("Usually every"), every(whole, context)),
        (_("Last purchase"), context.reader.day(whole.last) if whole.last else ""),
        (_("Expected next"), expected(whole, context)),
        (_("Came back"), _share_back(whole, context)),
    ]
    return [{"label": label, "value": value} for label, value in shown if value]


def habit_row(habit: Habit, context: Context) -> dict[str, Any]:
    return {
        "key": habit.key,
        "name": habit.name,
        "bought": number(habit.bought, context.reader),
        "returned": number(habit.returned, context.reader) if habit.returned else "",
        "net": _net(habit, context),
        "margin": _margin(habit, context),
        "last": context.reader.day(habit.last) if habit.last else "",
        "every": every(habit, context),
        "expected": expected(habit, context),
        "late": habit.expected is not None and habit.expected < context.reader.today,
    }


def every(habit: Habit, context: Context) -> str:
    if habit.every is None:
        return ""
    text = ngettext("%(days)s day", "%(days)s days", habit.every)
    return text % {"days": format_number(habit.every, digits=context.reader.digits)}


def expected(habit: Habit, context: Context) -> str:
    return context.reader.day(habit.expected) if habit.expected else ""


def _net(habit: Habit, context: Context) -> Any:
    return amount(habit.net, base_currency(), context.reader) if sees("net", context) else ""


def _margin(habit: Habit, context: Context) -> str:
    if habit.cost is None or not (sees("cost", context) and sees("net", context)):
        return ""
    return percent_of(margin_of(habit.net, habit.cost), context)


def percent_of(share: Any, context: Context) -> str:
    return "" if share is None else f"{number(share, context.reader)}%"


def _share_back(whole: Habit, context: Context) -> str:
    """Of the quantity that was bought: only where something came back."""
    if not whole.returned or not whole.bought:
        return ""
    return f"{format_number(round(100 * whole.returned / whole.bought, 1), digits=context.reader.digits)}%"


def line_row(line: InvoiceLine, context: Context) -> dict[str, Any]:
    """One line with its invoice. What a credit note took back is less than nothing."""
    invoice, reader = line.invoice, context.reader
    back = invoice.kind == Invoice.Kind.CREDIT
    sign = -1 if back else 1
    assert invoice.issued_at is not None
    return {
        "day": reader.day(invoice.issued_at.astimezone(reader.tz).date()),
        "name": called(line, reader),
        "back": back,
        "reason": invoice.reason if back else "",
        "quantity": number(sign * line.quantity, reader),
        "unit": unit_called(line, reader),
        "price": amount(line.price, line.currency, reader) if sees("price", context) else "",
        "discount": percent(line.discount, reader) if sees("discount", context) else "",
        "net": amount(sign * line.net, line.currency, reader) if sees("net", context) else "",
        "margin": _line_margin(line, context),
        "invoice": invoice.number,
        "url": registry["invoices"].url(reader.slug, invoice.id),
    }


def _line_margin(line: InvoiceLine, context: Context) -> str:
    if line.cost is None or not (sees("cost", context) and sees("net", context)):
        return ""
    return percent_of(margin_of(line.net, round(line.quantity * line.cost)), context)
