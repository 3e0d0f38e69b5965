"""What goals can count: a registry, to which every app above may add with `declare`.

A metric is read for all people at once, by who did it and in which unit it lies, so a sum over a tree of units or the people
of a team counts each thing once. Amounts are in minor units of the workspace's currency.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

Key = tuple[UUID | None, UUID | None]  # whose, in which unit
Sums = dict[Key, int]


@dataclass(frozen=True)
class Metric:
    """`read(first, last)`: what lies between these days, both included, by the workspace's clock. `link` leads a reader to
    what it counts: (member or None, first, last) -> the address of a list below the workspace."""

    key: str
    label: Any
    read: Callable[[date, date], Sums]
    money: bool = False
    says: Any = ""  # how it is counted, in a sentence


METRICS: dict[str, Metric] = {}


def declare(metric: Metric) -> Metric:
    if metric.key in METRICS:
        raise ValueError(f"The metric {metric.key} is declared twice.")
    METRICS[metric.key] = metric
    return metric


def choices() -> Iterator[tuple[str, Any]]:
    for metric in METRICS.values():
        yield metric.key, metric.label
