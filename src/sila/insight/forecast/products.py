"""What the deals of a period add up to, by what is sold in them.

A deal with lines counts each product with what its lines come to before tax; lines without a product, and what of the amount
no line covers, count for none. A deal without lines counts its main product. A closed deal is told at the rate of its day,
and so are its lines: what rounding leaves is shared out by the largest remainder, so that nothing is lost.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from sila.platform.access.actor import Actor
from sila.platform.entities.rates import in_minor
from sila.platform.entities.registry import registry
from sila.platform.kit.lines import allocate, half_up
from sila.sales.rating import worth

OF_DEAL = {"product_id": "product_id", "family": "product__family"}
OF_LINES = {"product_id": "lines__product_id", "family": "lines__product__family"}
LINES = "opportunity-lines"
TOLD = ("category", "forecast_category", "told_in")
RATED = ("currency", "rate")
PARTS = ("total", "weight")
BEYOND = F("amount") - F("net")  # of a deal with lines: what none of them covers
Row = dict[str, Any]
Told = tuple[Any, ...]  # the values of TOLD


def summed(deals: QuerySet[Any], columns: Iterable[str], weighed: bool) -> list[Row]:
    """`total` and `weight` of deals, by these columns and TOLD. Nothing is weighed where `weighed` is not."""
    told = deals.order_by().annotate(told_in=worth()[0])
    return list(told.values(*columns, *TOLD).annotate(**_whole(weighed)))


def sold(deals: QuerySet[Any], column: str, weighed: bool, actor: Actor) -> list[Row]:
    """Rows as `summed` gives them, by `product_id` or `family`: two queries. Of what their lines sell, if the reader may
    know it."""
    main = OF_DEAL[column]
    if not lines_open_to(actor):
        return [row | {column: row[main] or None} for row in summed(deals, [main], weighed)]
    rows, with_lines = [], []
    grouped = deals.order_by().annotate(told_in=worth()[0], lined=Q(net__isnull=False))
    own = grouped.values(main, *TOLD, *RATED, "lined").annotate(**_whole(weighed), **_exact(BEYOND))
    for row in own:
        if row["lined"]:
            with_lines.append(row)
        else:
            rows.append(row | {column: row[main] or None})
    return rows + (_of_lines(grouped, with_lines, column) if with_lines else [])


def lines_open_to(actor: Actor) -> bool:
    """Whether the reader may know what the lines of a deal sell."""
    of_line, of_deal = registry[LINES].readable(actor), registry["opportunities"].readable(actor)
    return {"product", "net"} <= of_line.keys() and "net" in of_deal


def selling(ids: Sequence[UUID], actor: Actor) -> tuple[str, ...]:
    """Conditions of the deals that sell one of these products, or without ids, something that is none: by their lines, and
    those without lines by their main product."""
    asked = f"any:{'|'.join(map(str, ids))}" if ids else "empty"
    if not lines_open_to(actor):
        return (f"product:{asked}",)
    line = f"{LINES}~product:{asked}"
    main = f"a.product:{asked}"
    return (main, f"a.{line}", "b.net:empty", f"b.{line}")


def _of_lines(grouped: QuerySet[Any], with_lines: list[Row], column: str) -> list[Row]:
    wholes: dict[Told, list[Row]] = {}
    for row in with_lines:
        wholes.setdefault(_told(row), []).append(row)
    lines = grouped.filter(lines__deleted_at__isnull=True, lines__id__isnull=False)
    parts: dict[Told, dict[Any, list[Row]]] = {}
    for row in lines.values(*TOLD, *RATED, OF_LINES[column]).annotate(**_exact(F("lines__net"))):
        parts.setdefault(_told(row), {}).setdefault(row[OF_LINES[column]] or None, []).append(row)
    return [
        dict(zip(TOLD, told, strict=True)) | {column: product} | share
        for told, whole in wholes.items()
        for product, share in _shared(whole, parts.get(told, {})).items()
    ]


def _whole(weighed: bool) -> dict[str, Any]:
    weight = {"weight": Sum(F("amount") * F("probability") / 100)} if weighed else {}
    return {"total": Sum(worth()[1]), **weight}


def _exact(minor: Any) -> dict[str, Any]:
    return {"exact_total": Sum(minor), "exact_weight": Sum(minor * F("probability"))}


def _told(row: Row) -> Told:
    return tuple(row[name] for name in TOLD)


def _shared(wholes: list[Row], parts: dict[Any, list[Row]]) -> dict[Any, Row]:
    """What each product has of these deals: together exactly what the deals add up to."""
    shares: dict[Any, Row] = {product: {} for product in parts}
    for name in (name for name in PARTS if name in wholes[0]):
        whole = sum(int(row[name] or 0) for row in wholes)
        uncovered = half_up(_worth(wholes, name)) if parts else whole
        weights = [_worth(rows, name) for rows in parts.values()]
        for product, share in zip(parts, allocate(whole - uncovered, weights) if parts else (), strict=True):
            shares[product][name] = share
        if uncovered:
            none = shares.setdefault(None, dict.fromkeys(PARTS, 0))
            none[name] = none.get(name, 0) + uncovered
    return shares


def _worth(rows: Iterable[Row], name: str) -> Fraction:
    """Of these rows, in minor units of the currency in which they are told, not rounded."""
    minor = sum((Fraction(row[f"exact_{name}"] or 0) * _factor(row) for row in rows), Fraction(0))
    return minor / 100 if name == "weight" else minor


def _factor(row: Row) -> Fraction:
    if row["told_in"] == row["currency"]:
        return Fraction(1)
    return in_minor(row["rate"], row["currency"], row["told_in"])
