"""By what an approved statement would be otherwise now: it is told in the next one, invoice by invoice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sila.team.commission.reckoning import Entry


@dataclass(frozen=True)
class Correction:
    """What an invoice comes to in an earlier, approved period by now, beside what was approved."""

    invoice: UUID
    number: str
    period: str
    approved: int
    now: int
    approved_base: int
    now_base: int

    @property
    def amount(self) -> int:
        return self.now - self.approved

    @property
    def base(self) -> int:
        return self.now_base - self.approved_base


Settled = Mapping[tuple[str, UUID], tuple[int, int]]  # period, invoice -> base, amount, as approved so far


def corrections(
    entries: Iterable[Entry], settled: Settled, closed: Iterable[str], numbers: Mapping[UUID, str]
) -> list[Correction]:
    """By which the approved statements of the closed periods would be otherwise now, invoice by invoice."""
    closed = set(closed)
    now: dict[tuple[str, UUID], tuple[int, int]] = {}
    for entry in entries:
        if entry.period in closed:
            base, amount = now.get((entry.period, entry.invoice), (0, 0))
            now[entry.period, entry.invoice] = (base + entry.base, amount + entry.amount)
    named = {entry.invoice: entry.number for entry in entries} | dict(numbers)
    found = []
    for period, invoice in sorted({*now, *settled}, key=lambda key: (key[0], named.get(key[1], ""), key[1])):
        old, new = settled.get((period, invoice), (0, 0)), now.get((period, invoice), (0, 0))
        if period in closed and old != new:
            found.append(Correction(invoice, named.get(invoice, ""), period, old[1], new[1], old[0], new[0]))
    return found
