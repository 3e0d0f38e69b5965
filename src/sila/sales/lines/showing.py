"""The lines of a document as its page and its editor show them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sila.catalog.models import Measure, Tax
from sila.platform.access.reader import Reader
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.kit.money import CURRENCIES, Currency, from_minor, money_html
from sila.platform.kit.numbers import format_number, plain_number
from sila.sales.lines.models import PricedLine, Summed


def amount(minor: int | None, currency: str, reader: Reader) -> SafeString | str:
    return "" if minor is None else money_html(minor, CURRENCIES[currency], digits=reader.digits)


def number(value: Decimal, reader: Reader) -> str:
    """With as many decimals as it has."""
    return format_number(value.normalize(), digits=reader.digits)


def percent(value: Decimal, reader: Reader) -> str:
    return f"{number(value, reader)}%" if value else ""


def called(line: PricedLine, reader: Reader) -> str:
    return (line.name_en if reader.language == "en" else "") or line.name


def unit_called(line: PricedLine, reader: Reader) -> str:
    return (line.unit_en if reader.language == "en" else "") or line.unit


def rows(lines: Sequence[PricedLine], context: Context, noun: Entity) -> list[dict[str, Any]]:
    """For reading. What the reader's role closes is left out."""
    reader, fields = context.reader, noun.readable(context.actor)

    def money(line: PricedLine, name: str) -> SafeString | str:
        return amount(getattr(line, name), line.currency, reader) if name in fields else ""

    return [
        {
            "id": line.id,
            "name": called(line, reader),
            "details": line.details,
            "quantity": number(line.quantity, reader),
            "unit": unit_called(line, reader),
            "price": money(line, "price"),
            "discount": percent(line.discount, reader) if "discount" in fields else "",
            "tax": percent(line.tax_rate, reader) or "0%",
            "net": money(line, "net"),
            "total": money(line, "total"),
        }
        for line in lines
    ]


def sums(paper: Summed, context: Context, papers: Entity) -> list[dict[str, Any]]:
    """Under the lines: what they come to, of what the reader may see."""
    fields, reader = papers.readable(context.actor), context.reader
    whole = off_the_whole(paper)
    shown = [
        {"key": name, "label": label, "value": amount(minor, paper.currency, reader)}
        for name, label, minor in (
            ("discount", _("Discount"), (paper.discount or 0) - whole or None),
            ("discount_sum", _("Discount on the whole"), whole or None),
            ("net", _("Before tax"), paper.net or 0),
            ("tax", _("Tax"), paper.tax or 0),
            ("total", _("Total"), paper.total or 0),
        )
        if name in fields and minor is not None
    ]
    if "margin" in fields and paper.margin is not None:
        shown.append({"key": "margin", "label": _("Margin"), "value": f"{number(paper.margin, reader)}%"})
    return shown


def off_the_whole(paper: Summed) -> int:
    """Of what was taken off, what was taken off the whole: no more than there was."""
    return min(paper.discount_sum or 0, paper.discount or 0)


def may_print(papers: Entity, lines: Entity, context: Context) -> bool:
    """A paper shows all prices, so that only those may have it who see them."""
    fields, of_lines = papers.readable(context.actor), lines.readable(context.actor)
    return {"net", "tax", "total"} <= fields.keys() and {
        "price",
        "discount",
        "net",
        "total",
    } <= of_lines.keys()


SHOWN = 5


def papers_of(
    papers: Entity, link: str, record_id: UUID, context: Context, *, states: Any
) -> list[dict[str, Any]]:
    """The newest documents of a customer or a deal, for a panel on their page; one more than is shown tells of more.
    `states`: how each is called."""
    reader, fields = context.reader, papers.readable(context.actor)
    columns = ("id", "name", "number", "status", "total", "currency")
    rows = papers.visible_to(context.actor).filter(**{f"{link}_id": record_id}).order_by("-id")
    return [
        {
            "title": row["name"],
            "url": papers.url(reader.slug, row["id"]),
            "icon": papers.icon,
            "hint": " · ".join(filter(None, (row["number"], str(states(row["status"]).label)))),
            "value": money_html(row["total"], CURRENCIES[row["currency"]], digits=reader.digits, whole=True)
            if "total" in fields
            else "",
        }
        for row in rows.values(*columns)[: SHOWN + 1]
    ]


def panel_of(
    papers: Entity, link: str, record_id: UUID, items: list[dict[str, Any]], context: Context
) -> dict[str, Any]:
    """What `papers_of` has found, with the way to all of them."""
    return {
        "key": papers.slug,
        "label": papers.plural,
        "icon": papers.icon,
        "count": f"{SHOWN}+" if len(items) > SHOWN else str(len(items) or ""),
        "url": f"{papers.url(context.reader.slug)}?f={link}:any:{record_id}",
        "items": items[:SHOWN],
    }


def plain_amount(minor: int, currency: Currency) -> str:
    """As it is typed: 1234.50."""
    return f"{from_minor(minor, currency):f}"


# ---- the editor ----------------------------------------------------------------------------------------
def editor_row(
    key: str,
    line: PricedLine,
    context: Context,
    noun: Entity,
    *,
    tax_included: bool,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> dict[str, Any]:
    """One line to be typed in. What was typed wrongly stays as it was typed."""
    currency, reader = CURRENCIES[line.currency], context.reader
    fields = noun.readable(context.actor)

    def plain(minor: int | None) -> str:
        return "" if minor is None else plain_amount(minor, currency)

    values = {
        "name": line.name,
        "name_en": line.name_en,
        "details": line.details,
        "measure": str(line.measure_id or ""),
        "quantity": plain_number(line.quantity) if line.quantity is not None else "",
        "price": plain(line.price),
        "discount": plain_number(line.discount) if line.discount else "",
        "cost": plain(line.cost),
        "tax_kind": str(line.tax_kind_id or ""),
    }
    if errors:
        values |= {name: text for name, text in typed.items() if name in values}
    return {
        "key": key,
        "product": str(line.product_id or ""),
        "code": line.product.code if line.product_id else "",
        "values": values,
        "errors": errors,
        "asked": typed.get("asked", "") if errors else values["quantity"],
        "measured": typed.get("measured", "") if errors else values["measure"],
        "unit": unit_called(line, reader),
        "group": str(line.product.measure.group) if line.product_id and line.product.measure_id else "",
        "total": "" if errors else amount(line.total if tax_included else line.net, line.currency, reader),
        "costs": "cost" in fields and not fields["cost"].read_only,
    }


def unit_choices(kept: Sequence[str]) -> list[dict[str, str]]:
    """Those in use, and those that lines of the document have from before: base by base, the smaller before the larger."""
    found = Measure.objects.filter(deleted_at=None).select_related("base")
    units = [unit for unit in found if unit.active or str(unit.id) in kept]
    units.sort(
        key=lambda unit: (
            str(unit.base if unit.base_id else unit),
            unit.base_id is not None,
            unit.factor,
            unit.name,
        )
    )
    return [{"value": str(unit.id), "label": str(unit), "group": str(unit.group)} for unit in units]


def tax_choices(kept: Sequence[str]) -> list[dict[str, str]]:
    """Those in use, and those that lines of the document have from before."""
    taxes = Tax.objects.filter(deleted_at=None).order_by("-usual", "name")
    return [
        {
            "value": str(tax.id),
            "label": f"{plain_number(tax.rate)}%" if tax.rate else str(tax),
            "title": str(tax),
        }
        for tax in taxes
        if tax.active or str(tax.id) in kept
    ]
