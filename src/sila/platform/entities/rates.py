"""Amounts in other currencies, in the one that the workspace keeps its books in.

The newest rate on or before a day counts. Where there is none an amount is not converted, and whoever shows a total
says so: a sum that leaves something out in silence is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from django.db.models import OuterRef, Subquery

from sila.platform.entities.fields import base_currency
from sila.platform.entities.models import ExchangeRate
from sila.platform.kit.lines import half_up, rounded_to
from sila.platform.kit.money import CURRENCIES


@dataclass(frozen=True)
class Rate:
    currency: str
    day: date
    rate: Decimal


@dataclass(frozen=True)
class Rates:
    """The rates of one day into the base currency."""

    base: str
    known: Mapping[str, Rate]

    def convert(self, minor: int, currency: str) -> int | None:
        """The amount in minor units of the base currency; None without a rate. Half units go to the even one."""
        if currency in ("", self.base):
            return minor
        if currency not in self.known:
            return None
        shift = CURRENCIES[self.base].decimals - CURRENCIES[currency].decimals
        amount = (Decimal(minor) * self.known[currency].rate).scaleb(shift)
        return int(amount.to_integral_value(ROUND_HALF_EVEN))

    def convert_parts(self, parts: Sequence[int], currency: str) -> list[int] | None:
        """Each of the amounts, so that together they come to what their sum comes to, however it is told apart."""
        whole = self.convert(sum(parts), currency)
        if whole is None or currency in ("", self.base):
            return None if whole is None else list(parts)
        factor = in_minor(self.known[currency].rate, currency, self.base)
        return rounded_to([part * factor for part in parts], whole)

    def across(self, minor: int, currency: str, into: str) -> int | None:
        """The amount in minor units of another currency, through the base currency and rounded once; None without a
        rate."""
        exact = self.exactly(minor, currency, into)
        return None if exact is None else half_up(exact)

    def exactly(self, minor: int, currency: str, into: str) -> Fraction | None:
        """The same before it is rounded, for whoever goes on with it."""
        if currency == into:
            return Fraction(minor)
        parts = [Decimal(1) if each == self.base else self._rate(each) for each in (currency, into)]
        if None in parts:
            return None
        return minor * in_minor(Fraction(parts[0] or 0) / Fraction(parts[1] or 1), currency, into)

    def _rate(self, currency: str) -> Decimal | None:
        return self.known[currency].rate if currency in self.known else None

    def total(self, amounts: Mapping[str, int]) -> tuple[int, dict[str, int]]:
        """Of amounts by currency: what can be told in the base currency, and the rest as it is."""
        whole, rest = 0, {}
        for currency, minor in amounts.items():
            converted = self.convert(minor, currency)
            if converted is None:
                rest[currency] = minor
            else:
                whole += converted
        return whole, rest

    def used(self, currencies: Iterable[str]) -> list[Rate]:
        return [self.known[currency] for currency in sorted(set(currencies)) if currency in self.known]


def in_minor(rate: Decimal | Fraction, currency: str, into: str) -> Fraction:
    """By what an amount in minor units is multiplied to be one of the other currency."""
    return Fraction(rate) * Fraction(10) ** (CURRENCIES[into].decimals - CURRENCIES[currency].decimals)


def rates_on(day: date, currencies: Iterable[str]) -> Rates:
    """One query, and none where all amounts are in the base currency already."""
    base = base_currency()
    wanted = {currency for currency in currencies if currency and currency != base}
    if not wanted:
        return Rates(base, {})
    rows = ExchangeRate.objects.filter(base=base, deleted_at=None, day__lte=day)
    newest = rows.filter(currency=OuterRef("currency")).order_by("-day").values("day")[:1]
    found = rows.filter(currency__in=wanted, day=Subquery(newest)).values_list("currency", "day", "rate")
    return Rates(base, {row[0]: Rate(*row) for row in found})
