"""Groups of rows with their totals, counted and summed by one query. Amounts of several currencies stay apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Sum

from sila.platform.entities.kinds import Field
from sila.platform.entities.paging import own_value

READ = 1_000  # rows of the query, each a group in one currency
EMPTY, CLOSED, IS, AT = "-", "!", "=", "@"  # what a group's key begins with
SHUT = object()  # the raw value of a row whose link is closed to the reader

Sums = dict[str, dict[str, Any]]  # field -> currency ("" for plain numbers) -> total
Measured = Iterable[tuple[str, str, Any, int]]  # field, currency, total, how many have a value


@dataclass
class Group:
    """Rows of one value. `key` tells it in an address: EMPTY, CLOSED, IS and the value, AT and a city."""

    key: str
    label: str = ""
    place: int = 0  # among the choices, or the stages
    count: int = 0
    sums: Sums = field(default_factory=dict)
    filled: dict[tuple[str, str], int] = field(default_factory=dict)  # rows that the totals are made of
    far: float | None = None  # km from where the list is looked at

    def add(self, count: int, sums: Measured) -> None:
        self.count += count
        for name, currency, total, filled in sums:
            if total is not None:
                held = self.sums.setdefault(name, {})
                held[currency] = held.get(currency, 0) + total
                self.filled[name, currency] = self.filled.get((name, currency), 0) + filled

    @property
    def value(self) -> str | None:
        """What is the same in its rows, for machines; nothing where there is none or it is closed."""
        return None if self.key in (EMPTY, CLOSED) else self.key.removeprefix(IS)

    def told(self) -> Measured:
        """What `add` takes."""
        for name, held in self.sums.items():
            yield from ((name, code, total, self.filled[name, code]) for code, total in held.items())


Part = tuple[Group, int, Measured]  # a group in one currency: how many rows, and their totals


def measured(
    rows: QuerySet[Any], measures: list[Field], label: Any, by: list[str] | None = None, most: int = READ
) -> list[tuple[Any, int, str | None, Measured]]:
    """(raw value, count, label, totals) of each group in each currency, the largest first."""
    own = {f"own_{f.name}": own_value(f) for f in measures if f.custom}
    columns = [*(by or []), *dict.fromkeys(f.currency for f in measures if f.currency)]
    held = {f.name: f"own_{f.name}" if f.custom else f.name for f in measures}
    totals: dict[str, Any] = {f"_sum_{name}": Sum(column) for name, column in held.items()}
    totals |= {f"_filled_{f.name}": Count(held[f.name]) for f in measures if f.total == "avg"}
    counted = {"_count": Count("id"), **totals, **({"_label": label} if label else {})}
    rows = rows.annotate(**own).order_by()
    found = (
        rows.values(*columns).annotate(**counted).order_by("-_count")[:most]
        if columns
        else [rows.aggregate(**counted)]
    )
    return [
        (
            SHUT if row.get("_shut") else row.get("_group"),
            row["_count"],
            row.get("_label"),
            [
                (f.name, row.get(f.currency, ""), row[f"_sum_{f.name}"], row.get(f"_filled_{f.name}", 0))
                for f in measures
            ],
        )
        for row in found
    ]


def whole_of(rows: QuerySet[Any], measures: list[Field]) -> Group:
    """All rows, as one group."""
    whole = Group("")
    for _raw, count, _label, sums in measured(rows, measures, None):
        whole.add(count, sums)
    return whole


def measures_of(fields: Iterable[Field]) -> list[Field]:
    """The columns that have a total: amounts and numbers, of which a sum or an average says something."""
    return [f for f in fields if f.kind.name in ("number", "money") and f.total != "none"]
