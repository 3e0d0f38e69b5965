"""Customers and what they bought, as an older file would have brought them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sila.catalog.models import Product
from sila.parties.models import Party
from sila.platform.access.models import Member
from sila.sales.invoices.models import Invoice, InvoiceLine

NUMBERS = iter(range(1, 10**9))


def products(*names: str, **more: Any) -> list[Product]:
    return [
        Product.objects.create(
            code=name, name=name, name_fold=name, price=100_00, cost=60_00, currency="SAR", **more
        )
        for name in names
    ]


def customers(number: int, owner: Member, **more: Any) -> list[Party]:
    rows = [
        Party(
            kind="organization",
            name=f"Customer {next(NUMBERS)}",
            owner_id=owner.id,
            org_unit_id=owner.unit_id,
            **more,
        )
        for _each in range(number)
    ]
    return list(Party.objects.bulk_create(rows))


def buy(
    party: Party,
    at: datetime,
    bought: Sequence[Product],
    owner: Member,
    *,
    net: int = 100_00,
    cost: int = 60_00,
) -> Invoice:
    """An invoice that was issued on that day, with a line for each product."""
    number, whole = next(NUMBERS), net * len(bought)
    invoice: Invoice = Invoice.objects.create(
        number=f"T-{number}",
        name="Sale",
        party_id=party.id,
        status="issued",
        issued_at=at,
        currency="SAR",
        base="SAR",
        rate=1,
        net=whole,
        total=whole,
        base_total=whole,
        cost=cost * len(bought),
        owner_id=owner.id,
        org_unit_id=owner.unit_id,
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice_id=invoice.id,
            product_id=product.id,
            name=product.name,
            price=net,
            net=net,
            total=net,
            cost=cost,
            currency="SAR",
        )
        for product in bought
    )
    return invoice
