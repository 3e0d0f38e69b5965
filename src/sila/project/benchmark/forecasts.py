"""`./sila bench forecast`: the forecast from history on the Maven sales data, trained on what was known at the end of the
third quarter of 2017, for the fourth.

It is the product's own model (src/sila/insight/forecast/history), read from the files without a database. Everything is
chosen inside of the training days; the fourth quarter is looked at to measure alone. Deals that were engaged by the
cut-off count as open then, without the amount that they were closed for: their product tells the usual one. Deals without
a date of engagement (those in prospecting) are left out, since no day says when they were known.
"""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sila.insight.forecast.history import baseline, forecast
from sila.insight.forecast.history.deals import Deal, Span, known_on, won_between
from sila.insight.forecast.history.forecast import Record

CUT, FIRST, LAST = date(2017, 9, 30), date(2017, 10, 1), date(2017, 12, 31)
CENT = 100
MISSPELT = {"GTXPro": "GTX Pro"}
Row = dict[str, str]


class UnreadableData(ValueError):
    """A file is missing, or is another one; the text says which."""


@dataclass(frozen=True)
class Line:
    """One forecast of the quarter, in whole units of the currency; `low` and `high` only where there is an interval."""

    name: str
    forecast: float
    actual: float
    low: float | None = None
    high: float | None = None

    @property
    def error(self) -> float | None:
        return abs(self.forecast - self.actual) / self.actual if self.actual else None


def run(folder: Path, *, target: Path | None = None) -> int:
    """Print the figures. 1 if the naive forecast was better in total."""
    deals = list(read(folder))
    months = [_month(year, month) for year in (2016, 2017) for month in range(1, 13)]
    trained = known_on(deals, CUT.toordinal())
    records = {
        length: forecast.back_tests(trained, CUT.toordinal(), months, length)[None] for length in (1, 3)
    }
    total, parts = _quarter(deals, trained, months, records[3])
    _print(total, parts, records, len(trained))
    if target:
        target.write_text(json.dumps(_as_numbers(total, parts, records), indent=1))
    return 0 if (total[0].error or 0) < (total[1].error or 0) else 1


# ---- the files ---------------------------------------------------------------------------------------
def read(folder: Path) -> Iterator[Deal]:
    """The deals of the file that have a date of engagement; parts are the agent, the regional office and the product."""
    offices = {row["sales_agent"]: row["regional_office"] for row in _rows(folder, "sales_teams")}
    for row in _rows(folder, "sales_pipeline"):
        opened, closed = _day(row["engage_date"]), _day(row["close_date"])
        if opened is None:
            continue
        won = row["deal_stage"] == "Won"
        product = MISSPELT.get(row["product"], row["product"])
        agent = row["sales_agent"]
        yield Deal(
            opened,
            closed,
            won,
            int(row["close_value"]) * CENT if won else None,
            product,
            (("agent", agent), ("region", offices[agent]), ("product", product)),
        )


def _rows(folder: Path, name: str) -> Iterator[Row]:
    for path, opener in ((folder / f"{name}.csv", open), (folder / f"{name}.csv.gz", gzip.open)):
        if path.exists():
            with opener(path, "rt", encoding="utf-8", newline="") as text:
                yield from csv.DictReader(text)
            return
    raise UnreadableData(f"{folder} has neither {name}.csv nor {name}.csv.gz: see docs/examples/maven_crm.")


def _day(text: str) -> int | None:
    return datetime.strptime(text, "%m/%d/%Y").toordinal() if text else None


def _month(year: int, month: int) -> Span:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1).toordinal(), following.toordinal() - 1


# ---- the fourth quarter ------------------------------------------------------------------------------
def _quarter(
    deals: list[Deal], trained: list[Deal], months: list[Span], record: Record
) -> tuple[list[Line], dict[str, list[tuple[Line, Line]]]]:
    """The lines of the total, and of each part ours beside the naive one."""
    span = FIRST.toordinal(), LAST.toordinal()
    before = date(2017, 7, 1).toordinal(), CUT.toordinal()
    found = forecast.estimate(trained, CUT.toordinal(), span, months)
    b = forecast.correction(record.trials, CUT.toordinal())
    actual = won_between(deals, *span) / CENT
    whole = found.of(None, b)
    reach = record.widening * whole.spread
    since = forecast.since_of(trained) or 0
    sold = [float(won_between(trained, *month)) for month in months if since <= month[0] <= CUT.toordinal()]

    def line(name: str, minor: float, *interval: float) -> Line:
        return Line(name, minor / CENT, actual, *(each / CENT for each in interval))

    total = [
        line("Sila", whole.mean, whole.mean - reach, whole.mean + reach),
        line("naive: the last quarter again", won_between(trained, *before)),
        line("months by their place in the quarter", sum(baseline.quarters(sold, 3))),
        line("mean of the last six months", sum(baseline.mean(sold, 3))),
        line("open and new deals alone", b * found.pipeline.whole.mean),
    ]
    parts: dict[str, list[tuple[Line, Line]]] = {}
    for kind, name in sorted(part for part in found.parts if isinstance(part, tuple)):
        part = (kind, name)
        mine = [deal for deal in deals if part in deal.parts]
        came = won_between(mine, *span) / CENT
        ours = Line(name, found.of(part, b).mean / CENT, came)
        naive = Line(name, won_between(known_on(mine, CUT.toordinal()), *before) / CENT, came)
        parts.setdefault(kind, []).append((ours, naive))
    return total, parts


def wape(lines: list[Line]) -> float:
    return sum(abs(each.forecast - each.actual) for each in lines) / sum(each.actual for each in lines)


# ---- telling -----------------------------------------------------------------------------------------
def _print(
    total: list[Line], parts: dict[str, list[tuple[Line, Line]]], records: dict[int, Record], known: int
) -> None:
    print(f"trained on {known:,} deals as they were known on {CUT}, for {FIRST} to {LAST}")
    print(f"won in the quarter: {total[0].actual:,.0f}\n")
    for line in total:
        interval = f"   80 % between {line.low:,.0f} and {line.high:,.0f}" if line.low is not None else ""
        print(f"  {line.name:<38} {line.forecast:>12,.0f}   error {line.error or 0:6.1%}{interval}")
    print("  the same quarter of the year before     nothing on record: closings begin in March 2017")
    print("\nsum of the errors over the sum of what came (WAPE):")
    for kind, pairs in parts.items():
        ours, naive = wape([pair[0] for pair in pairs]), wape([pair[1] for pair in pairs])
        print(f"  by {kind:<35} {len(pairs):>3}   Sila {ours:6.1%}   naive {naive:6.1%}")
        if kind == "region":
            for mine, other in pairs:
                print(
                    f"     {mine.name:<12} came {mine.actual:>10,.0f}   Sila {mine.forecast:>10,.0f} ({mine.error or 0:.1%})"
                    f"   naive {other.forecast:>10,.0f} ({other.error or 0:.1%})"
                )
    print("\nback-test inside of the training days, at the ends of months:")
    for length, record in records.items():
        print(
            f"  {length} month{'s' if length > 1 else ' '}: {len(record.trials)} trials   WAPE {record.wape or 0:6.1%}"
            f"   naive {record.naive_wape or 0:6.1%}   held {record.coverage or 0:4.0%}"
            f" of the intervals   q {record.widening:.2f}"
        )


def _as_numbers(
    total: list[Line], parts: dict[str, list[tuple[Line, Line]]], records: dict[int, Record]
) -> dict[str, Any]:
    return {
        "total": [{**asdict(line), "error": line.error} for line in total],
        "parts": {
            kind: {
                "wape": wape([pair[0] for pair in pairs]),
                "naive_wape": wape([pair[1] for pair in pairs]),
            }
            for kind, pairs in parts.items()
        },
        "back_tests": {
            length: {"wape": record.wape, "naive_wape": record.naive_wape, "coverage": record.coverage}
            for length, record in records.items()
        },
    }
