"""The score of a record, 0 to 100, and what is wrong with it. Pure: it looks at the record alone.

completeness = 100 × weights of the fields that are filled in ÷ weights of all fields that count
score        = completeness − 20 if stale − 20 if it cannot be reached − 20 if it breaks a rule, never below 0
"""

from datetime import UTC, datetime, timedelta
from enum import IntFlag
from typing import Any

from sila.platform.entities.fields import RARE
from sila.platform.entities.quality.plan import Measure, graded, measure_of
from sila.platform.entities.quality.rules import broken_by
from sila.platform.entities.registry import Entity
from sila.platform.entities.stored import now
from sila.platform.kit import clock
from sila.platform.tenancy.current import today

OFF = 20  # points for each flaw beside what is missing
EMPTY: tuple[Any, ...] = (None, "", [])
COLUMNS = ("quality", "flaws", "touched_at")


def worked_out_in(entity: Entity) -> list[str]:
    """The columns of a record that follow from its others: computed fields, and its score where it has one."""
    return ["custom", *(COLUMNS if graded(entity) else ())]


class Flaw(IntFlag):
    INCOMPLETE = 1
    STALE = 2
    UNREACHABLE = RARE
    BREAKS = 8
    PUT_OFF = 16  # no flaw: somebody looks at it later


COSTLY = int(Flaw.STALE | Flaw.UNREACHABLE | Flaw.BREAKS)


def missing(entity: Entity, record: Any, measure: Measure) -> list[str]:
    """The fields that count and are empty, the weightiest first."""
    fields = entity.fields
    empty = [name for name in measure.weights if now(fields[name], record) in EMPTY]
    return sorted(empty, key=lambda name: -measure.weights[name])


def completeness(measure: Measure, gaps: list[str]) -> int:
    """In whole per cent, rounded down, so that only what is complete is 100."""
    lost = sum(measure.weights[name] for name in gaps)
    return 100 * (measure.full - lost) // measure.full if measure.full else 100


def score(complete: int, flaws: int) -> int:
    return max(0, complete - OFF * (flaws & COSTLY).bit_count())


def fresh_since(measure: Measure) -> datetime:
    """What was touched before is stale."""
    if not measure.stale_days:
        return datetime.min.replace(tzinfo=UTC)
    return clock.now() - timedelta(days=measure.stale_days)


def is_tended(entity: Entity, record: Any) -> bool:
    return all(
        getattr(record, name.removesuffix("__in")) in (value if name.endswith("__in") else (value,))
        for name, value in entity.tended.items()
    )


def grade(entity: Entity, record: Any, *, unreachable: bool | None = None) -> bool:
    """Put score and flaws into the record; whether they are others now. `unreachable`: None if that is as it was."""
    if not graded(entity):
        return False
    measure, before = measure_of(entity), [getattr(record, name) for name in COLUMNS]
    record.touched_at = record.touched_at or record.updated_at
    gaps = missing(entity, record, measure)
    if unreachable is None:
        unreachable = bool((record.flaws or 0) & Flaw.UNREACHABLE.value)
    found = (
        (Flaw.INCOMPLETE, gaps),
        (Flaw.STALE, record.touched_at < fresh_since(measure) and is_tended(entity, record)),
        (Flaw.UNREACHABLE, unreachable),
        (Flaw.BREAKS, broken_by(entity, record.custom)),
        (Flaw.PUT_OFF, record.snoozed_until and record.snoozed_until > today()),
    )
    record.flaws = flaws = sum(flaw.value for flaw, holds in found if holds)
    record.quality = score(completeness(measure, gaps), flaws)
    return before != [getattr(record, name) for name in COLUMNS]
