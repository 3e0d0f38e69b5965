"""From what records hold to what formulas reckon with, and back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.utils import translation

from sila.platform.entities.computed.names import Step, steps_of
from sila.platform.entities.computed.plan import Computed
from sila.platform.entities.kinds import Field
from sila.platform.entities.rates import Rates, rates_on
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.stored import now
from sila.platform.kit.formula import Setting, evaluate
from sila.platform.kit.money import CURRENCIES, from_minor
from sila.platform.kit.text import clean_text
from sila.platform.tenancy.current import current, today
from sila.platform.tenancy.writing import read_once

LONGEST = 1000  # letters of a formula's text


@dataclass
class Sight:
    """What one calculation sees: the day, the rates, and the records behind links, each read once.

    Whoever changes a record behind a link now is not waited for, unless `patient`: then `missed` says so, and the
    calculation is done again later.
    """

    patient: bool = False
    missed: bool = False
    day: date = field(default_factory=today)
    behind: dict[tuple[str, UUID], Any] = field(default_factory=dict)
    rates: dict[str, Rates] = field(default_factory=dict)

    def load(self, noun: Entity, ids: Iterable[UUID]) -> None:
        """Read these records, those in the trash too, so that they stay as they are until the transaction ends."""
        wanted = {each for each in ids if (noun.slug, each) not in self.behind}
        if wanted:
            held = hold(noun.model, wanted, share=True, patient=self.patient)
            self.missed |= held != wanted
            found = {record.id: record for record in noun.rows(trashed=True).filter(id__in=wanted)}
            self.behind.update({(noun.slug, each): found.get(each) for each in wanted})

    def record(self, noun: Entity, record_id: UUID) -> Any:
        if (noun.slug, record_id) not in self.behind:
            self.behind[(noun.slug, record_id)] = read_once(
                ("behind", noun.slug, record_id), lambda: self._read(noun, record_id)
            )
        return self.behind[(noun.slug, record_id)]

    def _read(self, noun: Entity, record_id: UUID) -> Any:
        self.load(noun, [record_id])
        return self.behind[(noun.slug, record_id)]

    def in_base(self, minor: int, currency: str) -> int | None:
        """Of today's rate; None without one."""
        if currency not in self.rates:
            self.rates[currency] = rates_on(self.day, [currency])
        return self.rates[currency].convert(minor, currency)


def hold(model: type[models.Model], ids: set[UUID], *, share: bool, patient: bool) -> set[UUID]:
    """Keep others from changing these rows until the transaction ends; which are held. Who has one of them now is
    waited for only by the `patient`: so two who save at once never wait for each other. SQLite has one writer."""
    if connection.vendor != "postgresql" or not ids:
        return ids
    table = connection.ops.quote_name(model._meta.db_table)
    how = ("FOR SHARE" if share else "FOR NO KEY UPDATE") + ("" if patient else " SKIP LOCKED")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE tenant_id = %s AND id = ANY(%s) ORDER BY id {how}",  # noqa: S608
            [current().pk, list(ids)],
        )
        return {row[0] for row in cursor.fetchall()}


# ---- links -----------------------------------------------------------------------------------------
def link_of(step: Step, record: Any) -> UUID | None:
    held = now(step.field, record)
    return UUID(str(held)) if held else None


def preload(sight: Sight, computed: Iterable[Computed], records: Sequence[Any]) -> None:
    """What the formulas of these records look up, a query for each link of the way."""
    for each in computed:
        for path in each.formula.paths if each.formula else ():
            here = list(records)
            for step in steps_of(each.noun, path)[:-1]:
                target = registry[step.field.to]
                ids = {found for record in here if (found := link_of(step, record))}
                sight.load(target, ids)
                here = [behind for found in ids if (behind := sight.record(target, found)) is not None]


# ---- values ----------------------------------------------------------------------------------------
def worked_out(computed: Computed, record: Any, sight: Sight) -> Any:
    """What the field of this record is to hold."""
    assert computed.formula is not None
    noun = computed.noun

    def read(path: tuple[str, ...], coded: bool) -> Any:
        here, steps = record, steps_of(noun, path)
        for step in steps[:-1]:
            found = link_of(step, here)
            here = sight.record(registry[step.field.to], found) if found else None
            if here is None:
                return None
        return _value(steps[-1].field, here, sight, coded=coded)

    with translation.override(current().language):  # the names of choices
        return stored(evaluate(computed.formula.tree, Setting(sight.day, read)), computed.field)


def _value(f: Field, record: Any, sight: Sight, *, coded: bool) -> Any:
    held = now(f, record)
    if held is None or held == "" or held == []:
        return False if f.kind.name == "bool" else None
    if f.kind.name == "number":
        return Decimal(str(held))
    if f.kind.name == "money":
        return _amount(held, getattr(record, f.currency, "") if f.currency else "", sight)
    if f.kind.name in ("date", "datetime"):
        return day_of(held)
    if f.kind.name == "bool":
        return bool(held)
    if f.kind.name in ("choice", "choices"):
        labels = {choice.value: str(choice.label) for choice in f.choices}
        several = held if isinstance(held, list) else [held]
        return str(held) if coded else ", ".join(labels.get(each, str(each)) for each in several)
    return held.strftime("%H:%M") if isinstance(held, time) else str(held)


def _amount(minor: int, currency: str, sight: Sight) -> Decimal | None:
    base = sight.in_base(minor, currency)
    return None if base is None else from_minor(base, CURRENCIES[current().currency])


def day_of(held: Any) -> date:
    if isinstance(held, str):
        held = datetime.fromisoformat(held) if "T" in held else date.fromisoformat(held)
    if isinstance(held, datetime):
        return held.astimezone(ZoneInfo(current().timezone)).date()
    day: date = held
    return day


def stored(value: Any, f: Field) -> Any:
    """As `custom` keeps it; what does not fit is empty."""
    kind = f.kind.name
    if kind == "bool":
        return bool(value)
    if value is None or value == "":
        return None
    if kind == "number":
        number = value.quantize(Decimal("0.000001"), ROUND_HALF_UP)
        return float(number)
    if kind == "money":
        places = CURRENCIES[current().currency].decimals
        return int(value.scaleb(places).to_integral_value(ROUND_HALF_EVEN))
    if kind == "date":
        return value.isoformat()
    return clean_text(value, max_length=LONGEST) if len(value) <= LONGEST else None
