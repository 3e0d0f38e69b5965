"""The lines of what a customer bought: those of invoices that were issued, and of credit notes."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities.fields import base_currency
from sila.platform.entities.rates import Rate, Rates, rates_on
from sila.platform.entities.registry import registry
from sila.platform.kit.folding import fold
from sila.platform.kit.lines import half_up
from sila.sales.invoices.models import Invoice, InvoiceLine
from sila.sales.purchases.habits import Purchase

MOST = 5000  # lines from which habits are read, the newest


def lines_of(party_id: UUID, by: Actor) -> QuerySet[InvoiceLine]:
    """Those that the actor may see, newest first."""
    seen: QuerySet[InvoiceLine] = registry["invoice-lines"].visible_to(by)
    issued = seen.filter(
        invoice__party_id=party_id, invoice__deleted_at=None, invoice__issued_at__isnull=False
    )
    return issued.exclude(invoice__status=Invoice.Status.DRAFT).order_by(
        "-invoice__issued_at", "-invoice_id", "order"
    )


def purchases_of(lines: QuerySet[InvoiceLine], reader: Reader) -> list[Purchase]:
    """At the rate of the day of each invoice; where the books were kept in another currency then, at today's."""
    rows = list(
        lines.values_list(
            *("product_id", "name", "name_en", "quantity", "net", "cost", "currency", "invoice__kind"),
            *("invoice__issued_at", "invoice__base", "invoice__rate", "factor"),
        )[:MOST]
    )
    base = base_currency()
    today = rates_on(reader.today, {row[6] for row in rows if row[9] != base or row[10] is None})
    return [_purchase(row, base, today, reader) for row in rows]


def _purchase(row: Sequence[Any], base: str, today: Rates, reader: Reader) -> Purchase:
    product, name, name_en, quantity, net, cost, currency, kind, at, kept_in, rate, factor = row
    day = at.astimezone(reader.tz).date()
    rates = Rates(base, {currency: Rate(currency, day, rate)}) if kept_in == base and rate else today
    sign = -1 if kind == Invoice.Kind.CREDIT else 1
    whole = None if cost is None else half_up(Fraction(quantity) * cost)
    return Purchase(
        key=str(product) if product else fold(name),
        name=(name_en if reader.language == "en" else "") or name,
        day=day,
        quantity=sign * Decimal(quantity) * factor,
        net=_signed(rates.convert(net, currency), sign),
        cost=None if whole is None else _signed(rates.convert(whole, currency), sign),
    )


def _signed(amount: int | None, sign: int) -> int | None:
    return None if amount is None else sign * amount
